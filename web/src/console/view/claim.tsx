import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HoldView } from '../../shared/protocol.gen.ts';
import { onCard } from '../../text/card.ts';
import { say } from '../../text/say.ts';
import type { Desk } from '../desk.ts';
import { SIGNS, sitting } from '../lease.ts';
import { isMine } from '../now.ts';
import { inHand, isPuttingBack, putBack } from '../putback.ts';
import { alive } from '../state.ts';
import { KeyCap } from './keycap.tsx';

/** Milliseconds. */
const EVERY = 10_000;

/** Whose the hold is, and the way back into the queue; whether they are still there. */
export function Claim({ desk, hold, says }: { desk: Desk; hold: HoldView; says: string }) {
  const asked = useHeartbeat(desk, hold);
  const mine = inHand(desk, hold) && desk.editing.value !== hold.id;
  return (
    <>
      <span role='status'>{says}</span>
      {mine && (
        <button
          type='button'
          class='button plain put-back'
          aria-expanded={isPuttingBack(desk, hold)}
          onClick={() => ask(desk, hold)}
        >
          {onCard.value.putBack} <KeyCap desk={desk} of='put-back' />
        </button>
      )}
      <span role='status' class='still-there'>
        {asked && (
          <>
            {onCard.value.stillThere}{' '}
            <button type='button' class='button'>{onCard.value.keepIt}</button>
          </>
        )}
      </span>
    </>
  );
}

/** Who came here by keys is where the question is, and is not lost when this button goes. */
function ask(desk: Desk, hold: HoldView): void {
  putBack(desk);
  if (!isPuttingBack(desk, hold)) return;
  desk.around.later(0, () => document.querySelector<HTMLElement>('.card > .actions')?.focus());
}

/**
 * While its card is looked at, a claim stays its owner's. A hidden page lets it run out, and so does
 * one at which nobody does anything. Whether they are asked now; any key or click is the answer.
 */
function useHeartbeat(desk: Desk, hold: HoldView): boolean {
  const mine = alive(hold) && isMine(desk, hold.claimed_by);
  const asked = useSignal(false);
  useEffect(() => {
    if (!mine) return;
    let seen = desk.around.now();
    const renew = () => desk.mention({ do: 'renew', hold: hold.id, fence: hold.fence });
    const timer = setInterval(() => {
      const now = sitting(desk.around.now() - seen);
      asked.value = now !== 'here';
      if (now !== 'gone' && document.visibilityState === 'visible') renew();
    }, EVERY);
    const sign = ({ type }: Event) => {
      if (asked.value && type === 'pointermove') return; // on its way to the button
      seen = desk.around.now();
      if (asked.value) renew();
      asked.value = false;
    };
    const how = { capture: true, passive: true };
    for (const one of SIGNS) addEventListener(one, sign, how);
    return () => {
      clearInterval(timer);
      for (const one of SIGNS) removeEventListener(one, sign, how);
    };
  }, [mine, hold.id, hold.fence]);
  useEffect(() => { // nobody answered
    if (mine || !asked.value) return;
    asked.value = false;
    if (alive(hold)) desk.tell(say.value.notices.ranOut, true);
  }, [mine]);
  return asked.value && mine;
}
