/** What the page does once it is shown: answers keys, and rings. Its code comes after the page. */
import { bell } from './bell.ts';
import { callOut } from './calling.ts';
import type { Desk } from './desk.ts';
import { type Early, stillMeant } from './early.ts';
import { foremost, visible } from './foremost.ts';
import { Given } from './given.ts';
import { type Key, meant } from './keys.ts';
import { KEYS } from './registry.ts';
import { answerSummons } from './summons.ts';

let given: Given | null = null;

export function begin(desk: Desk): void {
  desk.keys.learn(KEYS);
  const tabs = foremost(navigator.locks, document);
  callOut(desk, bell, tabs, document);
  answerSummons(desk, bell, tabs);
  given = new Given(desk, {
    attended: () => visible(document) && document.hasFocus(),
    typing: () => isTyping(document.activeElement),
    shown: () => {
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>('.card > .scroll')?.focus({ preventScroll: true });
    },
  });
  for (const deed of ['pointerdown', 'keydown']) addEventListener(deed, () => bell.wake());
  if (navigator.userActivation?.hasBeenActive) bell.wake();
}

export function press(desk: Desk, event: KeyboardEvent): void {
  desk.still.pointed.value = false;
  const key = answering(desk, event);
  if (!key) return;
  event.preventDefault();
  if (key.decides && given?.startles()) return; // it was meant for what was there before
  key.run(desk);
}

/** What was pressed last, before this code was there. */
export function pressedBefore(desk: Desk, early: Early): void {
  const key = answering(desk, early.event);
  if (key && stillMeant(desk, early, key, performance.now())) key.run(desk);
}

function answering(desk: Desk, event: KeyboardEvent): Key | undefined {
  if (event.defaultPrevented) return undefined; // a dialog has used it: it does no second thing
  return meant(event, desk, isTyping(event.target));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
