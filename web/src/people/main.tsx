import { effect } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import '../shared/door.css';
import './people.css';
import { onPeople } from '../text/people.ts';
import { speak, tag } from '../text/say.ts';
import { Model, Refused } from './model.ts';
import { Page } from './page.tsx';

const EVERY = 5000;

const model = new Model((address, init) => fetch(address, init));
const root = document.getElementById('app');
if (!root) throw new Error('people.html has no element with the id "app"');
await speak(navigator.languages);
effect(() => {
  document.documentElement.lang = tag.value;
  document.title = `${onPeople.value.title}: hitl-chat`;
});
render(<Page model={model} />, root);
try {
  await model.load();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  model.said.value = error.message;
}
setInterval(() => {
  if (document.visibilityState === 'visible') void model.again();
}, EVERY);
