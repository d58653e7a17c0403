/** A claim goes back into the queue, undecided: asked is why, with one key. */
import type { Card, HoldView } from '../shared/protocol.gen.ts';
import { ask, asks } from './asking.ts';
import type { Desk } from './desk.ts';
import { cardNow, isMine, isOnItsWay } from './now.ts';
import { MOMENT } from './sight.ts';
import { alive } from './state.ts';

/** Asks why; asked already, it was not meant. Only a reason puts it back. */
export function putBack(desk: Desk): void {
  const hold = cardNow(desk)?.hold;
  if (!hold || !inHand(desk, hold)) return;
  if (isPuttingBack(desk, hold)) desk.asking.value = null;
  else ask(desk, 'put-back', hold);
}

/**
 * For the reason of this number; what was typed stays for whoever comes back to it. Whether that is
 * all it meant: a second tap, or one that came too late, chooses no reason for a decision.
 */
export function putBackFor(desk: Desk, { hold, put_back }: Card, at: number): boolean {
  const asked = desk.asking.value;
  if (isOnItsWay(desk, 'release', hold.id)) return true;
  if (asked?.why !== 'put-back' || asked.hold !== hold.id) return false;
  const now = desk.around.now();
  if (asked.answered !== undefined) return now - asked.answered < MOMENT;
  const because = put_back[at];
  if (!isPuttingBack(desk, hold)) desk.asking.value = null;
  else if (because !== undefined) {
    desk.asking.value = { ...asked, answered: now };
    release(desk, hold, because);
  }
  return true;
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

/** The claim that opening the editor asked for is here; it may be closed again by now. */
export function claimed(desk: Desk, claim: HoldView): void {
  if (desk.opened?.id !== claim.id || desk.opened.claim) return;
  desk.opened = { id: claim.id, claim };
  if (desk.editing.value !== claim.id) letGo(desk, claim);
}

/** If only the editor claimed it. Its answer may be here before its news. */
export function letGo(desk: Desk, known: HoldView): void {
  const claim = desk.opened?.id === known.id ? desk.opened.claim : undefined;
  if (!claim || known.fence > claim.fence) return;
  const hold = known.fence < claim.fence ? claim : known;
  if (inHand(desk, hold)) release(desk, hold);
}
