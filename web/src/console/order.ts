/**
 * Which hold is looked at first, and why: the arithmetic of the server's queue (runner/queue.py), so
 * that the list stays right while time passes and nobody says anything.
 */
import type { HoldView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { alive } from './state.ts';

const HURRY = 15;
const TYPICAL = 20;

export interface Place {
  readonly band: number;
  readonly key: number;
  readonly why: string;
}

export function place(hold: HoldView, now: number): Place {
  const left = hold.deadline_at - now;
  const { queue } = say.value;
  if (hold.last_band) return { band: 2, key: left, why: queue.customerLeft };
  if (left - TYPICAL < HURRY) {
    return { band: 0, key: left, why: queue.secondsLeft(Math.max(0, Math.round(left))) };
  }
  const waited = 1 - left / Math.max(hold.deadline_at - hold.opened_at, 1e-9);
  const since = lasting(now - hold.opened_at);
  const why = hold.impact === 'high' ? queue.highWaits(since) : queue.waits(since);
  return { band: 1, key: -(hold.weight + waited), why };
}

/** Scores are not said here: they may be for after a first judgement only. */
function lasting(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const { queue } = say.value;
  return whole < 120 ? queue.seconds(whole) : queue.minutes(Math.floor(whole / 60));
}

/** The holds that wait, the most urgent first. */
export function inOrder(holds: Iterable<HoldView>, now: number): HoldView[] {
  return Iterator.from(holds)
    .filter(alive)
    .map((hold) => ({ hold, ...place(hold, now) }))
    .toArray()
    .sort((one, other) =>
      one.band - other.band || one.key - other.key || (one.hold.id < other.hold.id ? -1 : 1)
    )
    .map(({ hold }) => hold);
}

/**
 * The list while somebody points at it: what they see stays where it is, what came since waits.
 * `shown` are the ids in the order on the screen.
 */
export function frozen(
  ordered: readonly HoldView[],
  shown: readonly string[],
): { readonly list: HoldView[]; readonly waiting: number } {
  const byId = new Map(ordered.map((hold) => [hold.id, hold]));
  const list = shown.flatMap((id) => byId.get(id) ?? []);
  return { list, waiting: ordered.length - list.length };
}
