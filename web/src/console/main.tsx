import { effect } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import '../shared/door.css';
import './console.css';
import './queue.css';
import './notices.css';
import './phone.css';
import { tellAttention } from './attention.ts';
import { callOut } from './calling.ts';
import { Desk } from './desk.ts';
import { foremost } from './foremost.ts';
import { meant } from './keys.ts';
import { read } from './looking.ts';
import type { Socket } from './link.ts';
import { answerSummons } from './summons.ts';
import { speak, tag } from '../text/say.ts';
import { warnUnsuited } from './suited.ts';
import { App, rest } from './view/app.tsx';

const TICK = 500;

const desk = new Desk({
  shelf: sessionStorage,
  kept: localStorage,
  now: () => Date.now() / 1000,
  later: (seconds, what) => setTimeout(what, seconds * 1000),
  open: () => new WebSocket(new URL('/console/ws', location.href)) as Socket,
  location,
});

tellAttention(desk);
const tabs = foremost(navigator.locks, document);
callOut(desk, desk.bell, tabs, document);
answerSummons(desk, desk.bell, tabs);
for (const deed of ['pointerdown', 'keydown']) addEventListener(deed, () => desk.bell.wake());
setInterval(() => desk.tick(), TICK);
warnUnsuited(desk);
addEventListener('hashchange', () => desk.look(read(location.hash)));
addEventListener('online', () => desk.link.hurry());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') desk.link.hurry();
});
addEventListener('keydown', (event) => {
  if (event.defaultPrevented) return; // a dialog has used it: it must not do a second thing
  const key = meant(event, desk, isTyping(event.target));
  if (!key) return;
  event.preventDefault();
  key.run(desk);
});
effect(() => {
  document.documentElement.lang = tag.value;
  const waiting = desk.queue.value.length;
  document.title = waiting > 0 ? `(${waiting}) hitl-chat` : 'hitl-chat';
});

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no element with the id "app"');
await speak(navigator.languages);
render(<App desk={desk} />, root);
void rest();
void desk.link.connect();
