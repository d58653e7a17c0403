/**
 * The time in which a decision of mine can still be taken back: that is done, or it is sent at once,
 * by the very key that made it.
 */
import type { Action, AnyCommand, HoldView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { cardNow, isMine, isOnItsWay } from './now.ts';
import type { Desk } from './desk.ts';

/** The decision of mine that can still be taken back. */
export function undoable(desk: Desk): HoldView | null {
  const mine = desk.state.value.holds.values().filter((hold) =>
    hold.state === 'settling' && isMine(desk, hold.proposal?.by ?? null)
  );
  return [...mine].at(-1) ?? null;
}

export function undo(desk: Desk): void {
  const hold = undoable(desk);
  if (hold) withItsLook(desk, hold.id, 'undo');
  else desk.tell(say.value.notices.nothingToUndo);
}

export function sendNow(desk: Desk): void {
  const hold = undoable(desk);
  if (hold) withItsLook(desk, hold.id, 'send_now');
}

/** Whether the hold that is looked at waits only because I might take this decision back. */
export function decided(desk: Desk, action: Action): boolean {
  const hold = cardNow(desk)?.hold;
  if (!hold || isOnItsWay(desk, 'undo', hold.id)) return false;
  const made = hold.state === 'settling' ? hold.proposal : null;
  return made?.action === action && isMine(desk, made.by) && made.settle_at > desk.now.value;
}

/** The same decision once more sends it; true if it was that. */
export function again(desk: Desk, action: Action): boolean {
  const id = cardNow(desk)?.hold.id;
  if (!id || !decided(desk, action)) return false;
  withItsLook(desk, id, 'send_now');
  return true;
}

function withItsLook(desk: Desk, hold: string, what: 'undo' | 'send_now'): void {
  for (const one of sameLook(desk, hold)) {
    const command: AnyCommand = { do: what, hold: one };
    if (!isOnItsWay(desk, what, one)) desk.command(command);
  }
}

/** Every decision of mine that was made by that one look and is not out yet. */
function sameLook(desk: Desk, hold: string): string[] {
  const all = desk.looks.value.find((one) => one.includes(hold)) ?? [hold];
  return all.filter((one) => {
    const known = desk.state.value.holds.get(one);
    return known?.state === 'settling' && isMine(desk, known.proposal?.by ?? null);
  });
}
