/**
 * What a person can do here, as verbs on what they look at. Every verb asks first whether it is
 * possible now, and says why if not; keys and buttons call the same ones.
 */
import type { Action, Card, ConversationView, Decide, HoldView } from '../shared/protocol.gen.ts';
import { type Desk, sentence } from './desk.ts';
import { inOrder } from './order.ts';
import { alive, holdOf } from './state.ts';
import { CONTENT, firstTexts } from './texts.ts';

export function cardNow(desk: Desk): Card | null {
  const looking = desk.looking.value;
  return looking?.at === 'hold' ? desk.state.value.cards.get(looking.id) ?? null : null;
}

/** The conversation that is looked at, or that the hold looked at belongs to. */
export function conversationNow(desk: Desk): ConversationView | null {
  const looking = desk.looking.value;
  const { talks, conversations } = desk.state.value;
  if (looking?.at === 'conv') {
    return talks.get(looking.id)?.conversation ?? conversations.get(looking.id) ?? null;
  }
  const card = cardNow(desk);
  return card ? conversations.get(card.hold.conversation) ?? null : null;
}

export function isMine(desk: Desk, who: { readonly id: string } | null): boolean {
  return who !== null && who.id === desk.state.value.me?.id;
}

/** The decision about a hold that is on its way to the server. */
export function underWay(desk: Desk, hold: string): Action | null {
  const sent = desk.waiting.value.find(({ cmd }) => cmd.do === 'decide' && cmd.hold === hold);
  return sent?.cmd.do === 'decide' ? sent.cmd.action : null;
}

/** Why an action is not possible on this hold now; '' if it is. */
export function obstacle(desk: Desk, hold: HoldView, action: Action): string {
  const { claimed_by: owner, proposal } = hold;
  const found = hold.obstacles[action];
  if (found) return sentence(found.sentence);
  if (proposal) return `${proposal.by.name} has just decided this hold.`;
  if (owner && !isMine(desk, owner) && !desk.state.value.me?.supervisor) {
    return `${owner.name} has claimed this hold.`;
  }
  return '';
}

// --- the queue ----------------------------------------------------------------------------------

export function next(desk: Desk): void {
  if (desk.standing.value === 'live') desk.command({ do: 'next' });
  else desk.tell('Not connected: wait until the connection is back.', true);
}

/** The neighbour in the list, in the order on the screen. */
export function move(desk: Desk, step: 1 | -1): void {
  const ids = inOrder(desk.state.value.holds.values(), desk.now.value).map((hold) => hold.id);
  const at = ids.indexOf(desk.looking.value?.id ?? '');
  const id = at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  if (id) desk.look({ at: 'hold', id });
}

// --- decisions ----------------------------------------------------------------------------------

export function approve(desk: Desk): void {
  decide(desk, 'approve', (card) => ({ draft_sha256: card.draft_sha256 }));
}

export function reject(desk: Desk): void {
  decide(desk, 'reject');
}

/** Opens the editor, and claims the hold so that nobody else works on the same answer. */
export function edit(desk: Desk): void {
  const card = possible(desk, 'edit');
  if (!card) return;
  const { hold } = card;
  if (!desk.typed.of(hold.id)) desk.typed.put(hold.id, firstTexts(card));
  desk.editing.value = hold.id;
  if (!isMine(desk, hold.claimed_by)) {
    desk.command({ do: 'claim', hold: hold.id, force: force(desk) });
  }
}

/** Somebody else's answer becomes what is typed; it is sent only as an edit is. */
export function useAnswer(desk: Desk, text: string): void {
  edit(desk);
  const id = desk.editing.value;
  const texts = id ? desk.typed.of(id) : undefined;
  if (!id || !texts) return;
  const field = CONTENT in texts ? CONTENT : Object.keys(texts)[0] ?? CONTENT;
  desk.typed.put(id, { ...texts, [field]: text });
}

export function sendEdit(desk: Desk): void {
  const texts = desk.typed.of(desk.editing.value ?? '');
  if (texts) decide(desk, 'edit', () => ({ texts }));
}

/** What was typed stays for the next time; the hold goes back to everybody. */
export function leaveEditor(desk: Desk): void {
  const hold = holdOf(desk.state.value, desk.editing.value ?? '');
  desk.editing.value = null;
  if (hold && alive(hold) && isMine(desk, hold.claimed_by)) {
    desk.command({ do: 'release', hold: hold.id, fence: hold.fence });
  }
}

export function startOver(desk: Desk): void {
  const card = cardNow(desk);
  if (card) desk.typed.put(card.hold.id, firstTexts(card));
}

/** The decision of mine that can still be taken back. */
export function undoable(desk: Desk): HoldView | null {
  const mine = desk.state.value.holds.values().filter((hold) =>
    hold.state === 'settling' && isMine(desk, hold.proposal?.by ?? null)
  );
  return [...mine].at(-1) ?? null;
}

export function undo(desk: Desk): void {
  const hold = undoable(desk);
  if (hold) desk.command({ do: 'undo', hold: hold.id });
  else desk.tell('There is nothing to undo: what was sent stays sent.');
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

export function say(desk: Desk, text: string): void {
  const here = conversationNow(desk);
  if (!here || !isMine(desk, here.owner) || !text.trim()) return;
  const after = desk.state.value.talks.get(here.id)?.messages.at(-1)?.seq ?? 0;
  desk.command({ do: 'say', conversation: here.id, epoch: here.epoch, text: text.trim() }, after);
  desk.typed.drop(here.id);
}

// --- shared moves -------------------------------------------------------------------------------

function decide(
  desk: Desk,
  action: Action,
  more: (card: Card) => Partial<Decide> = () => ({}),
): void {
  const card = possible(desk, action);
  if (!card) return;
  const { id, version, fence, claimed_by } = card.hold;
  desk.notice.value = null;
  desk.command({
    do: 'decide',
    hold: id,
    action,
    version,
    fence: isMine(desk, claimed_by) ? fence : null,
    force: force(desk),
    ...more(card),
  });
}

/** The card, if this can be done with it now; else the reason is shown. */
function possible(desk: Desk, action: Action): Card | null {
  const card = cardNow(desk);
  if (!card || !alive(card.hold) || underWay(desk, card.hold.id)) return null;
  const reason = obstacle(desk, card.hold, action);
  if (reason) desk.tell(reason, true);
  return reason ? null : card;
}

function force(desk: Desk): boolean {
  return desk.state.value.me?.supervisor ?? false;
}
