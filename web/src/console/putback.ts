/** A claim goes back into the queue, undecided: asked is why, with one key. */
import type { HoldView } from '../shared/protocol.gen.ts';
import { ask, asks } from './asking.ts';
import type { Desk } from './desk.ts';
import { cardNow, isMine, isOnItsWay } from './now.ts';
import { alive } from './state.ts';

/** Asks why; asked already, it was not meant. Only a reason puts it back. */
export function putBack(desk: Desk): void {
  const hold = cardNow(desk)?.hold;
  if (!hold || !inHand(desk, hold)) return;
  if (isPuttingBack(desk, hold)) desk.asking.value = null;
  else ask(desk, 'put-back', hold);
}

/** For the reason of this number; what was typed stays for whoever comes back to it. */
export function putBackFor(desk: Desk, at: number): void {
  const card = cardNow(desk);
  const because = card?.put_back[at];
  if (!card || because === undefined || !isPuttingBack(desk, card.hold)) return;
  desk.asking.value = null;
  release(desk, card.hold, because);
}

/** Whether a reason to put this back is being chosen. Another claim is another question. */
export function isPuttingBack(desk: Desk, hold: HoldView): boolean {
  const same = desk.asking.value?.fence === hold.fence;
  return asks(desk, 'put-back', hold) && same && inHand(desk, hold);
}

/** Whether it is mine, and nothing is on its way that ends that. */
export function inHand(desk: Desk, hold: HoldView): boolean {
  const ends = isOnItsWay(desk, 'decide', hold.id) || isOnItsWay(desk, 'release', hold.id);
  return alive(hold) && !hold.proposal && isMine(desk, hold.claimed_by) && !ends;
}

/** Without a reason: it was only looked into. */
export function release(desk: Desk, { id, fence }: HoldView, because = ''): void {
  desk.command({ do: 'release', hold: id, fence, because });
}
