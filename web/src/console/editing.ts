/**
 * What a person does in the editor, as verbs: to open it, which claims the hold, to fill it, to send
 * what is in it, and to leave it. What a correction is, is in correcting.ts.
 */
import type { Card, Help } from '../shared/protocol.gen.ts';
import { decide, force, possible } from './acts.ts';
import { begins, command, correctable, correcting, turn } from './correcting.ts';
import type { Desk } from './desk.ts';
import { help, helpers, unhelped } from './helped.ts';
import { cardNow } from './now.ts';
import { inHand, letGo } from './putback.ts';
import { holdOf } from './state.ts';
import { CONTENT, firstTexts } from './texts.ts';
import type { Texts } from './typed.ts';
import { again } from './undoing.ts';

/** Opens the editor, and claims the hold so that nobody else works on the same answer. */
export function edit(desk: Desk): void {
  const card = possible(desk, 'edit');
  if (!card) return;
  const { hold } = card;
  if (!desk.typed.of(hold.id)) desk.typed.put(hold.id, firstTexts(card));
  desk.asking.value = null;
  desk.editing.value = hold.id;
  if (!inHand(desk, hold)) {
    desk.opened = { id: hold.id };
    desk.command({ do: 'claim', hold: hold.id, force: force(desk) });
  }
}

/** Prepared replies instead of what is held. */
export function editCanned(desk: Desk): void {
  edit(desk);
  if (!desk.editing.value) return;
  desk.around.later(0, () => { // the box is there by then
    const box = document.activeElement;
    if (box instanceof HTMLTextAreaElement) box.select();
    desk.show('canned');
  });
}

/** To correct what was sent, or to go on from it after all; who was not editing begins to. */
export function correct(desk: Desk): void {
  const card = cardNow(desk);
  if (!card || !correctable(card)) return;
  const { id } = card.hold;
  if (desk.editing.value !== id) {
    edit(desk);
    if (desk.editing.value !== id || correcting(desk, id) !== null) return;
  }
  desk.suggested.value = null;
  if (desk.together.value) desk.together.value = { ...desk.together.value, on: false };
  turn(desk, card);
}

/** Somebody else's answer becomes what is typed; it is sent only as an edit is. */
export function useAnswer(desk: Desk, text: string, by: Help): void {
  edit(desk);
  const id = desk.editing.value;
  const texts = id ? desk.typed.of(id) : undefined;
  const card = cardNow(desk);
  if (!id || !texts || !card) return;
  const field = CONTENT in texts ? CONTENT : Object.keys(texts)[0] ?? CONTENT;
  const fit = fitted(desk, card, text);
  desk.typed.put(id, { ...desk.typed.of(id), [field]: fit });
  help(desk, id, by);
}

/** A whole answer, where half of one was sent: what follows that half, or it corrects all of it. */
function fitted(desk: Desk, card: Card, text: string): string {
  const sent = card.sent[CONTENT] ?? '';
  if (!correctable(card) || correcting(desk, card.hold.id) !== null) return text;
  if (text.startsWith(sent)) return text.slice(sent.length);
  correct(desk);
  return text;
}

export function sendEdit(desk: Desk): void {
  if (again(desk, 'edit')) return;
  const texts: Texts | undefined = desk.typed.of(desk.editing.value ?? '');
  const helped = helpers(desk, desk.editing.value ?? '');
  if (texts) decide(desk, 'edit', (card) => ({ texts, helped, ...command(desk, card) }));
}

/** What was typed stays for the next time. A claim that only opening the editor made ends with it. */
export function leaveEditor(desk: Desk): void {
  const hold = holdOf(desk.state.value, desk.editing.value ?? '');
  desk.editing.value = null;
  if (hold) letGo(desk, hold);
}

export function startOver(desk: Desk): void {
  const card = cardNow(desk);
  if (!card) return;
  desk.typed.put(card.hold.id, begins(desk, card));
  unhelped(desk, card.hold.id);
}
