/**
 * Which hold is looked at first, and why: the arithmetic of the server's queue (runner/queue.py), so
 * that the list stays right while time passes and nobody says anything.
 */
import type { HoldView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { alive } from './state.ts';

const HURRY = 15;

export interface Place {
  readonly band: number;
  readonly key: number;
  readonly why: string;
  /** By what it is compared with its neighbours; scores are not among it. */
  readonly how: string;
}

/** Whether there is hardly time left, where people `usually` take so many seconds to decide. */
export function isHurried(hold: HoldView, now: number, usually: number): boolean {
  return !hold.last_band && hold.deadline_at - now - usually < HURRY;
}

export function place(hold: HoldView, now: number, usually: number): Place {
  const left = hold.deadline_at - now;
  const { queue } = say.value;
  if (hold.last_band) {
    return { band: 2, key: left, why: queue.customerLeft, how: queue.last };
  }
  if (isHurried(hold, now, usually)) {
    const why = queue.secondsLeft(Math.max(0, Math.round(left)));
    return { band: 0, key: left, why, how: queue.hurry(HURRY + usually) };
  }
  const waited = 1 - left / Math.max(hold.deadline_at - hold.opened_at, 1e-9);
  const since = lasting(now - hold.opened_at);
  const why = hold.impact === 'high' ? queue.highWaits(since) : queue.waits(since);
  const how = queue.byRisk(Math.round(Math.max(0, waited) * 100));
  return { band: 1, key: -(hold.weight + waited), why, how };
}

/** Scores are not said here: they may be for after a first judgement only. */
function lasting(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const { queue } = say.value;
  return whole < 120 ? queue.seconds(whole) : queue.minutes(Math.floor(whole / 60));
}

/** The holds that wait, the most urgent first. */
export function inOrder(holds: Iterable<HoldView>, now: number, usually: number): HoldView[] {
  return Iterator.from(holds)
    .filter(alive)
    .map((hold) => ({ hold, ...place(hold, now, usually) }))
    .toArray()
    .sort((one, other) =>
      one.band - other.band || one.key - other.key || (one.hold.id < other.hold.id ? -1 : 1)
    )
    .map(({ hold }) => hold);
}

/** What the screen shows of the queue, and how many came that it does not show yet. */
export interface Shown {
  readonly list: readonly HoldView[];
  readonly waiting: number;
}

/**
 * The list while somebody points at it: what they see stays where it is, what came since waits.
 * What others ended keeps its place, too: nothing slides under the pointer. `known` are all holds.
 */
export function frozen(
  ordered: readonly HoldView[],
  before: readonly HoldView[],
  known: ReadonlyMap<string, HoldView>,
  me = '',
): Shown {
  const there = before.flatMap(({ id }) => known.get(id) ?? []);
  const list = there.filter((hold) => alive(hold) || hold.decision?.by.id !== me);
  const waiting = ordered.length - list.filter(alive).length;
  return list.some(alive) ? { list, waiting } : { list: ordered, waiting: 0 };
}
