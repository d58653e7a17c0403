/**
 * What is worth calling an agent for, out of all this console knows. Pure: what was called already
 * is remembered by `calling.ts`, how it sounds is in `bell.ts`.
 */
import type { ConversationView, HoldView } from '../shared/protocol.gen.ts';
import type { Looking } from './looking.ts';
import { isHurried } from './order.ts';
import { alive, type State } from './state.ts';
import { mine, unread } from './unread.ts';
import { type Occasion, OCCASIONS } from './wishes.ts';

export interface Call {
  /** The same thing has the same name, and is called for once. */
  readonly name: string;
  readonly occasion: Occasion;
  readonly at: Looking;
  /** The rules that held an answer; none where somebody waits in a conversation. */
  readonly rules: readonly string[];
}

export interface Watching {
  readonly looking: Looking | null;
  /** Whether the person can see this page now. */
  readonly visible: boolean;
  readonly now: number;
  readonly seen: Readonly<Record<string, number>>;
}

/** Everything that would be worth a call now, whether or not the person looks at it. */
export function calls(state: State, watching: Watching): Call[] {
  const holds = [...state.holds.values()].filter(alive).flatMap((hold) =>
    of(state, hold, watching.now)
  );
  const talks = [...state.conversations.values()].filter(waits).map((one) =>
    about(one, `waits:${one.id}:${one.epoch}`, 'high')
  );
  return [...holds, ...talks, ...said(state, watching)];
}

/** What is mine only for a while: once it no longer was, it is news again. */
export function comesBack(name: string): boolean {
  return /^(?:asked|escalated|given):/.test(name);
}

/** Whether the person sees it now: it needs no call then, nor when they look away. */
export function looks({ looking, visible }: Watching, { at }: Call): boolean {
  return visible && looking?.at === at.at && looking.id === at.id;
}

function of(state: State, hold: HoldView, now: number): Call[] {
  const { me } = state;
  const { id, rules } = hold;
  const call = (name: string, occasion: Occasion): Call => ({
    name: `${name}:${id}`,
    occasion,
    at: { at: 'hold', id },
    rules,
  });
  if (me && hold.asked.includes(me.id)) return [call('asked', 'mine')];
  if (me?.supervisor && hold.escalated_by && hold.escalated_by.id !== me.id && !hold.claimed_by) {
    return [call('escalated', 'mine')];
  }
  if (hold.claimed_by) return given(state, hold) ? [call(`given:${hold.fence}`, 'mine')] : [];
  const came = call('came', hold.impact === 'high' ? 'high' : 'usual');
  return isHurried(hold, now, state.usual) ? [came, call('hurry', 'hurry')] : [came];
}

/** In my hands, and not decided yet. Each time somebody is given it, it has another fence. */
function given({ me }: State, { claimed_by, state }: HoldView): boolean {
  return state === 'claimed' && claimed_by?.id === me?.id;
}

function waits(one: ConversationView): boolean {
  return one.human && one.unattended;
}

/** The customers of my conversations said something that I have not read. */
function said(state: State, { seen }: Watching): Call[] {
  return mine(state).flatMap((one) => {
    const talk = state.talks.get(one.id);
    const last = talk?.messages.findLast(({ author }) => author === 'customer');
    if (!last || unread(talk, seen[one.id] ?? 0) === 0) return [];
    return [about(one, `said:${one.id}:${last.seq}`, 'mine')];
  });
}

function about({ id }: ConversationView, name: string, occasion: Occasion): Call {
  return { name, occasion, at: { at: 'conv', id }, rules: [] };
}

/** The first of these occasions in order: one sound says it all. */
export function loudest(all: readonly Call[]): Occasion | null {
  return OCCASIONS.find((one) => all.some(({ occasion }) => occasion === one)) ?? null;
}
