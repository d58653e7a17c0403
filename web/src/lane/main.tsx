import { effect } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import './lane.css';
import { onLane } from '../text/lane.ts';
import { speak, tag } from '../text/say.ts';
import { Lane } from './model.ts';
import { Page } from './page.tsx';

const EVERY = 4000;

const root = document.getElementById('app');
if (!root) throw new Error('lane.html has no element with the id "app"');
const lane = new Lane({
  fetch: (path, init) => fetch(path, init),
  visible: () => document.visibilityState === 'visible',
});
await speak(navigator.languages);
effect(() => {
  document.documentElement.lang = tag.value;
  document.title = `${onLane.value.title}: hitl-chat`;
});
render(<Page lane={lane} />, root);
await lane.begin();
document.addEventListener('visibilitychange', () => void lane.look());
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, EVERY));
  await lane.look();
}
