/**
 * Calls the person at this console: once for each thing, from one of their tabs, as they wish. What
 * was there when the page began, or came while they were away, is not called for.
 */
import { computed, effect } from '@preact/signals';
import { say } from '../text/say.ts';
import type { Bell } from './bell.ts';
import { type Call, calls, loudest, OCCASIONS } from './calls.ts';
import type { Desk } from './desk.ts';
import { type Foremost, type Page, visible } from './foremost.ts';
import { QUEUE } from './state.ts';
import { title } from './titles.ts';
import { quiet } from './wishes.ts';

/** Seconds: whoever claims a hold looks at it within a moment. */
const MOMENT = 1.5;
/** More notices at once than this are told as one. */
const FEW = 3;

/** As much of a bell as is used here. */
export type Rings = Pick<Bell, 'ring' | 'show' | 'keep' | 'count'>;

export function callOut(desk: Desk, bell: Rings, tabs: Foremost, page: Page): void {
  const known = new Map<string, number>();
  const called = new Set<string>();
  let began = false;
  effect(() => {
    const now = desk.now.value;
    if (desk.standing.value !== 'live' || desk.state.value.seqs[QUEUE] === undefined) return;
    const seen = desk.seen.value;
    const watching = { looking: desk.looking.value, visible: visible(page), now, seen };
    const all = calls(desk.state.value, watching);
    bell.keep(() => new Set(all.map(tag)));
    const due = all.filter((call) => isDue(call, known, now) && !called.has(call.name));
    due.forEach(({ name }) => called.add(name));
    const silent = !began || desk.away.value || quiet(desk.wishes.kept.value, minute());
    began = true;
    if (!silent && due.length > 0 && tabs.rings()) void call(desk, bell, tabs, due);
  });
  const waiting = computed(() => desk.queue.value.length);
  effect(() => bell.count(waiting.value));
}

/** What is given to me is called for only if I do not look at it a moment later. */
function isDue({ name, occasion }: Call, known: Map<string, number>, now: number): boolean {
  if (!known.has(name)) known.set(name, now);
  const since = known.get(name) ?? now;
  return occasion !== 'mine' || now - since >= MOMENT;
}

async function call(desk: Desk, bell: Rings, tabs: Foremost, due: Call[]): Promise<void> {
  const { of } = desk.wishes.kept.value;
  const loud = loudest(due.filter(({ occasion }) => of[occasion].sound));
  if (loud) bell.ring(loud);
  const told = firsts(due.filter(({ occasion }) => of[occasion].notice));
  if (told.length === 0 || await tabs.seen()) return;
  if (told.length > FEW) return many(desk, bell, told);
  for (const one of told) show(desk, bell, one);
}

function show(desk: Desk, bell: Rings, call: Call): void {
  const { occasion, at, rules } = call;
  const { calls } = say.value;
  const what = rules.length > 0 ? title(rules) : calls.conversation;
  bell.show(tag(call), what, calls.notices[occasion], () => desk.look(at));
}

function many(desk: Desk, bell: Rings, told: Call[]): void {
  const { calls } = say.value;
  const [first] = told;
  if (first) bell.show(tag(first), 'hitl-chat', calls.many(told.length), () => desk.look(first.at));
}

/** One notice for one thing: a later one about it takes the place of the first. */
function tag({ at }: Call): string {
  return `${at.at}:${at.id}`;
}

function firsts(told: readonly Call[]): Call[] {
  const sorted = OCCASIONS.flatMap((one) => told.filter(({ occasion }) => occasion === one));
  return sorted.filter((call, at) => sorted.findIndex((one) => tag(one) === tag(call)) === at);
}

function minute(): number {
  const now = new Date();
  return now.getHours() * 60 + now.getMinutes();
}
