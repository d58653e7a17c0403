/** What the page does once it is shown: answers keys, and rings. Its code comes after the page. */
import { bell } from './bell.ts';
import { callOut } from './calling.ts';
import type { Desk } from './desk.ts';
import { foremost } from './foremost.ts';
import { meant } from './keys.ts';
import { KEYS } from './registry.ts';
import { answerSummons } from './summons.ts';

export function begin(desk: Desk): void {
  desk.keys.learn(KEYS);
  const tabs = foremost(navigator.locks, document);
  callOut(desk, bell, tabs, document);
  answerSummons(desk, bell, tabs);
  for (const deed of ['pointerdown', 'keydown']) addEventListener(deed, () => bell.wake());
  if (navigator.userActivation?.hasBeenActive) bell.wake();
}

export function press(desk: Desk, event: KeyboardEvent): void {
  desk.still.pointed.value = false;
  if (event.defaultPrevented) return; // a dialog has used it: it must not do a second thing
  const key = meant(event, desk, isTyping(event.target));
  if (!key) return;
  event.preventDefault();
  key.run(desk);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
