import { effect } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import './wall.css';
import { speak, tag } from '../text/languages.ts';
import { onWall } from '../text/wall.ts';
import { Figures } from './figures.ts';
import { Page } from './page.tsx';

const EVERY = 2000;

const root = document.getElementById('app');
if (!root) throw new Error('wall.html has no element with the id "app"');
const figures = new Figures({
  fetch: (path, init) => fetch(path, init),
  visible: () => document.visibilityState === 'visible',
});
await speak(navigator.languages);
effect(() => {
  document.documentElement.lang = tag.value;
  document.title = `${onWall.value.wall.title}: hitl-chat`;
});
render(<Page figures={figures} />, root);
await figures.begin();
document.addEventListener('visibilitychange', () => void figures.look());
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, EVERY));
  await figures.look();
}
