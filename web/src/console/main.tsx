import { effect } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import '../shared/door.css';
import './console.css';
import './queue.css';
import './notices.css';
import './phone.css';
import { tellAttention } from './attention.ts';
import { Desk } from './desk.ts';
import { type Early, early } from './early.ts';
import { read } from './looking.ts';
import type { Socket } from './link.ts';
import { patient } from '../shared/shelf.ts';
import { say, speak, tag } from '../text/say.ts';
import { warnUnsuited } from './suited.ts';
import { App, rest } from './view/app.tsx';

const TICK = 500;

const desk = new Desk({
  shelf: patient(() => sessionStorage),
  kept: patient(() => localStorage),
  now: () => Date.now() / 1000,
  later: (seconds, what) => setTimeout(what, seconds * 1000),
  open: () => new WebSocket(new URL('/console/ws', location.href)) as Socket,
  location,
});

tellAttention(desk);
setInterval(() => desk.tick(), TICK);
warnUnsuited(desk);
addEventListener('hashchange', () => desk.look(read(location.hash)));
addEventListener('storage', (event) => {
  desk.typed.elsewhere(event);
  desk.keys.elsewhere(event);
});
addEventListener('online', () => desk.link.hurry());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') desk.link.hurry();
});
let before: Early | null = null;
let press: (event: KeyboardEvent) => void = (event) => before = early(desk, event);
addEventListener('keydown', (event) => press(event));
effect(() => {
  document.documentElement.lang = tag.value;
  const waiting = desk.queue.value.length;
  document.title = waiting > 0 ? `(${waiting}) hitl-chat` : 'hitl-chat';
});

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no element with the id "app"');
await speak(navigator.languages);
render(<App desk={desk} />, root);
void rest();
void desk.link.connect();
import('./begun.ts').then(
  (begun) => {
    begun.begin(desk);
    press = (event) => begun.press(desk, event);
    if (before) begun.pressedBefore(desk, before);
  },
  () => { // offline, or the server is newer
    press = () => {};
    desk.tell(say.value.notices.halfLoaded, true);
  },
);
