/** Holds that are nearly the same, decided by one look: each with a decision of its own. */
import type { Decide, HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { alike } from './session.ts';
import type { State } from './state.ts';
import { CONTENT } from './texts.ts';

export interface Alike {
  readonly hold: string;
  readonly version: number;
  readonly draft_sha256: string;
  readonly pending: string;
}

/** What is nearly the same as the hold that is looked at; `on`: a decision is for all of them. */
export interface Together {
  readonly hold: string;
  readonly others: readonly Alike[];
  readonly on: boolean;
}

/** As the server compares at most (runner/together.py). */
const MOST = 50;

/** The holds that may be nearly the same: the same rules, and nobody has them. */
export function candidates({ holds }: State, { id, rules }: HoldView): HoldView[] {
  return [...holds.values()]
    .filter((one) => one.id !== id && one.state === 'open' && one.rules.join() === rules.join())
    .slice(0, MOST);
}

/** Tells when they have to be compared anew: what is still being written may become alike. */
export function asOf(candidates: readonly HoldView[]): string {
  return candidates.map((one) => `${one.id} ${one.version} ${one.draft_state}`).join();
}

let asked = 0;

/** The latest answer counts, whichever comes last; nothing joins a decision unseen. */
export async function compare(
  desk: Desk,
  hold: string,
  of: readonly string[],
  ask = alike,
): Promise<void> {
  const mine = ++asked;
  const others = of.length === 0 ? [] : await ask(hold, of);
  if (mine !== asked || desk.looking.value?.id !== hold) return;
  const seen = desk.together.value;
  const on = seen?.hold === hold && seen.on && others.length > 0 &&
    others.every((one) => seen.others.some((old) => same(one, old)));
  desk.together.value = { hold, others, on };
}

function same(one: Alike, other: Alike): boolean {
  return one.hold === other.hold && one.draft_sha256 === other.draft_sha256;
}

/** Whether a decision made now would be for several. */
export function offered(desk: Desk): boolean {
  const found = desk.together.value;
  return found !== null && found.hold === desk.looking.value?.id && found.others.length > 0;
}

export function toggle(desk: Desk): void {
  const found = desk.together.value;
  if (found && offered(desk)) desk.together.value = { ...found, on: !found.on };
}

/** The same decision for the others, about what each of them says. */
export function forOthers(desk: Desk, decided: Decide): Decide[] {
  const found = desk.together.value;
  if (!found?.on || found.hold !== decided.hold || decided.action === 'take_over') return [];
  if (decided.corrects) return []; // of what this one customer has read
  const text = decided.texts?.[CONTENT];
  return found.others.map((other) => ({
    ...decided,
    hold: other.hold,
    version: other.version,
    fence: null,
    note: '',
    ...(decided.action === 'approve' ? { draft_sha256: other.draft_sha256 } : {}),
    ...(decided.action === 'edit' ? { texts: { [CONTENT]: text ?? '' } } : {}),
  }));
}
