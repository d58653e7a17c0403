/**
 * What a person can do here, as verbs on what they look at: decisions and conversations; those of
 * the editor are in editing.ts. Every verb asks first whether it is possible now, and says why if
 * not; keys and buttons call the same ones.
 */
import type { Action, Card, Decide, HoldView } from '../shared/protocol.gen.ts';
import { ask, asks } from './asking.ts';
import { guessed } from './because.ts';
import type { Desk } from './desk.ts';
import { refusal } from '../text/refusals.ts';
import { say as texts } from '../text/say.ts';
import {
  cardNow,
  conversationNow,
  isBeyond,
  isMine,
  isOnItsWay,
  mayDecide,
  supervisors,
  underWay,
} from './now.ts';
import { isPuttingBack, putBackFor } from './putback.ts';
import { overtaken } from './sight.ts';
import { alive } from './state.ts';
import { begins } from './correcting.ts';
import { forOthers } from './together.ts';
import { again } from './undoing.ts';

/** Decisions that can be undone with what was decided beside them. */
const LOOKS = 20;

/** Why an action is not possible on this hold now; '' if it is. */
export function obstacle(desk: Desk, hold: HoldView, action: Action): string {
  const { notices } = texts.value;
  if (!mayDecide(desk)) return notices.mayRead(desk.me.value?.role ?? '');
  const { claimed_by: owner, proposal, escalated_by: passed } = hold;
  const found = hold.obstacles[action];
  if (found) return refusal({ code: found.code, message: found.sentence });
  if (proposal) return notices.hasDecided(proposal.by.name);
  if (passed && isBeyond(desk, hold)) return notices.passedOn(passed.name, supervisors(desk));
  if (owner && !isMine(desk, owner) && !desk.state.value.me?.supervisor) {
    return notices.hasClaimed(owner.name);
  }
  return '';
}

// --- decisions ----------------------------------------------------------------------------------

export function approve(desk: Desk): void {
  if (again(desk, 'approve')) return;
  decide(desk, 'approve', (card) => ({ draft_sha256: card.draft_sha256 }));
}

/** First the question why; a second time, or with a reason chosen before, it is done. */
export function reject(desk: Desk): void {
  if (again(desk, 'reject')) return;
  const card = possible(desk, 'reject');
  if (!card) return;
  const asked = asks(desk, 'reject', card.hold) || desk.why.of(card.hold.id).length > 0;
  if (asked) decide(desk, 'reject');
  else ask(desk, 'reject', card.hold);
}

/** A reason by its number: chosen or not any more; who is asked why answers with it. */
export function reason(desk: Desk, at: number): void {
  const card = cardNow(desk);
  if (!card || putBackFor(desk, card, at)) return;
  const { hold } = card;
  const said = hold.because[at];
  if (said === undefined) return;
  if (asks(desk, 'reject', hold)) {
    desk.why.choose(hold.id, [said]);
    return reject(desk);
  }
  const known = reasons(desk, hold);
  const others = known.filter((one) => one !== said);
  desk.why.choose(hold.id, others.length < known.length ? others : [...known, said]);
}

/** What was chosen; for an edit, as long as nothing was, what the change itself says. */
export function reasons(desk: Desk, hold: HoldView): readonly string[] {
  const chosen = desk.why.chosen.value[hold.id];
  const texts = desk.typed.of(hold.id);
  const card = desk.state.value.cards.get(hold.id);
  if (chosen || desk.editing.value !== hold.id || !texts || !card) return chosen ?? [];
  return guessed(hold.because, begins(desk, card), texts);
}

// --- conversations ------------------------------------------------------------------------------

export function takeOver(desk: Desk): void {
  const card = cardNow(desk);
  if (card && alive(card.hold)) return decide(desk, 'take_over');
  const id = desk.looking.value?.at === 'conv' ? desk.looking.value.id : card?.hold.conversation;
  const here = conversationNow(desk);
  if (!id || (here && isMine(desk, here.owner))) return;
  desk.command({ do: 'take_over', conversation: id, force: force(desk) });
}

export function handBack(desk: Desk, note = ''): void {
  const here = conversationNow(desk);
  if (!here || !isMine(desk, here.owner)) return;
  desk.command({ do: 'hand_back', conversation: here.id, epoch: here.epoch, note });
}

export function handBackWithNote(desk: Desk): void {
  handBack(desk, handBackNote(desk));
}

/** What is told to the model when a conversation is handed back. */
export function handBackNote(desk: Desk): string {
  const here = conversationNow(desk);
  return here ? desk.typed.of(`note:${here.id}`)?.['note'] ?? '' : '';
}

export function say(desk: Desk, text: string): void {
  const here = conversationNow(desk);
  if (!here || !isMine(desk, here.owner) || !text.trim()) return;
  const after = desk.state.value.talks.get(here.id)?.messages.at(-1)?.seq ?? 0;
  desk.command({ do: 'say', conversation: here.id, epoch: here.epoch, text: text.trim() }, after);
  desk.typed.drop(here.id);
}

/** One step back: from a reason, a notice, what is looked at. */
export function back(desk: Desk): void {
  const hold = cardNow(desk)?.hold;
  if (hold && isAsked(desk, hold)) desk.asking.value = null;
  else if (desk.notice.value) desk.notice.value = null;
  else if (hold && overtaken(desk)) desk.sight.close(hold.id);
  else desk.look(null);
}

/** Whether a question why stands on the card. */
function isAsked(desk: Desk, hold: HoldView): boolean {
  if (!alive(hold) || hold.proposal) return false;
  return asks(desk, 'reject', hold) || isPuttingBack(desk, hold);
}

/** To what stands beside the card, to scroll and to hear it. */
export function context(): void {
  document.querySelector<HTMLElement>('.context')?.focus();
}

// --- shared moves -------------------------------------------------------------------------------

export function decide(
  desk: Desk,
  action: Action,
  more: (card: Card) => Partial<Decide> = () => ({}),
): void {
  const card = possible(desk, action);
  if (!card) return;
  const { id, version, fence, claimed_by } = card.hold;
  if (desk.sight.startles(id, desk.around.now())) return;
  desk.notice.value = null;
  const decided: Decide = {
    do: 'decide',
    hold: id,
    action,
    version,
    fence: isMine(desk, claimed_by) ? fence : null,
    force: force(desk),
    because: [...reasons(desk, card.hold)],
    note: desk.why.note(id),
    ...more(card),
  };
  const all = [decided, ...forOthers(desk, decided)];
  for (const each of all) desk.command(each);
  desk.looks.value = [all.map((each) => each.hold), ...desk.looks.value].slice(0, LOOKS);
  desk.together.value = null;
}

/** The card, if this can be done with it now; else the reason is shown. */
export function possible(desk: Desk, action: Action): Card | null {
  const card = cardNow(desk);
  if (!card || !alive(card.hold) || underWay(desk, card.hold.id)) return null;
  if (isOnItsWay(desk, 'undo', card.hold.id)) return null;
  const reason = obstacle(desk, card.hold, action);
  if (reason) desk.tell(reason, true);
  return reason ? null : card;
}

export function force(desk: Desk): boolean {
  return desk.state.value.me?.supervisor ?? false;
}
