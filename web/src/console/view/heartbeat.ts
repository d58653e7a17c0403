import { useEffect } from 'preact/hooks';
import type { HoldView } from '../../shared/protocol.gen.ts';
import { isMine } from '../now.ts';
import type { Desk } from '../desk.ts';
import { alive } from '../state.ts';

const EVERY = 10_000;

/** While its card is looked at, a claim stays its owner's; a hidden page lets it run out. */
export function useHeartbeat(desk: Desk, hold: HoldView | undefined): void {
  const mine = hold !== undefined && alive(hold) && isMine(desk, hold.claimed_by);
  useEffect(() => {
    if (!mine) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') {
        desk.mention({ do: 'renew', hold: hold.id, fence: hold.fence });
      }
    }, EVERY);
    return () => clearInterval(timer);
  }, [mine, hold?.id, hold?.fence]);
}
