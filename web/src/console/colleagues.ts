/** What agents do among themselves: second, decline, pass on, ask, answer, note. */
import type { Action } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { cardNow, conversationNow, isBeyond, isMine, isOnItsWay, mayDecide, owing } from './now.ts';
import type { Desk } from './desk.ts';
import { alive } from './state.ts';

/** Whether a colleague's decision waits here for me: what was passed on, supervisors confirm. */
export function seconding(desk: Desk): boolean {
  const hold = cardNow(desk)?.hold;
  const made = hold?.proposal;
  return made?.second === 'wanted' && !isMine(desk, made.by) && mayDecide(desk) &&
    hold !== undefined && !isBeyond(desk, hold);
}

export function confirm(desk: Desk): void {
  second(desk, true);
}

export function decline(desk: Desk): void {
  second(desk, false);
}

function second(desk: Desk, agree: boolean): void {
  const card = cardNow(desk);
  if (!card || !seconding(desk) || isOnItsWay(desk, 'second', card.hold.id)) return;
  if (agree && card.hold.proposal?.recheck === 'pending') {
    return desk.tell(say.value.notices.stillReading, true);
  }
  const { id } = card.hold;
  if (desk.sight.startles(id, desk.around.now())) return;
  const note = desk.why.note(id);
  desk.command({ do: 'second', hold: id, agree, text_sha256: card.proposed_sha256, note });
}

/** What I would do with it; nothing is sent. */
export function would(action: Action): (desk: Desk) => void {
  return (desk) => {
    const hold = cardNow(desk)?.hold;
    if (!hold || !owing(desk) || isOnItsWay(desk, 'give_opinion', hold.id)) return;
    const because = [...desk.why.of(hold.id)];
    desk.command({
      do: 'give_opinion',
      hold: hold.id,
      action,
      because,
      note: desk.why.note(hold.id),
    });
  };
}

export function escalate(desk: Desk, note: string): void {
  const hold = cardNow(desk)?.hold;
  if (hold) desk.command({ do: 'escalate', hold: hold.id, note });
}

/** The hold, or the conversation that I speak in, is this colleague's now. */
export function pass(desk: Desk, to: string): void {
  const hold = cardNow(desk)?.hold;
  const here = conversationNow(desk);
  if (hold && alive(hold)) desk.command({ do: 'assign', hold: hold.id, to });
  else if (here && isMine(desk, here.owner)) {
    desk.command({ do: 'transfer', conversation: here.id, epoch: here.epoch, to });
  }
}

export function ask(desk: Desk, to: string): void {
  const hold = cardNow(desk)?.hold;
  if (hold) desk.command({ do: 'ask_opinion', hold: hold.id, to });
}

export function note(desk: Desk, text: string): void {
  const card = cardNow(desk);
  const conversation = card?.hold.conversation ?? conversationNow(desk)?.id;
  if (!conversation || !text.trim()) return;
  desk.command({ do: 'note', conversation, hold: card?.hold.id ?? '', text });
}
