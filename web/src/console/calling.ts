/**
 * Calls the person at this console: once for each thing, from one of their tabs, as they wish. What
 * was there when the page began, or came while they were away, is not called for.
 */
import { computed, effect } from '@preact/signals';
import { onCalls } from '../text/calls.ts';
import type { Bell } from './bell.ts';
import { type Call, calls, comesBack, looks, loudest } from './calls.ts';
import type { Desk } from './desk.ts';
import { type Foremost, type Page, visible } from './foremost.ts';
import { QUEUE } from './state.ts';
import { title } from './titles.ts';
import { minuteOfDay, OCCASIONS, quiet } from './wishes.ts';

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
  effect(() => tabs.stands(desk.standing.value));
  effect(() => {
    const at = desk.looking.value;
    tabs.shows(at ? tag({ at }) : '');
  });
  effect(() => {
    const now = desk.now.value;
    if (desk.standing.value !== 'live' || desk.state.value.seqs[QUEUE] === undefined) return;
    const seen = desk.seen.value;
    const watching = { looking: desk.looking.value, visible: visible(page), now, seen };
    const all = calls(desk.state.value, watching);
    const unseen = all.filter((call) => !looks(watching, call));
    bell.keep(() => new Set(unseen.map(tag)));
    forget(all, known, called);
    for (const call of all) {
      if (!known.has(call.name)) known.set(call.name, now);
      if (looks(watching, call)) called.add(call.name); // it is no news when they look away
    }
    const due = unseen.filter((call) => isDue(call, known, now) && !called.has(call.name));
    for (const { name } of due) called.add(name);
    const silent = !began || desk.away.value || quiet(desk.wishes.kept.value, minuteOfDay());
    began = true;
    if (!silent && due.length > 0 && tabs.rings()) void call(desk, bell, tabs, due);
  });
  const waiting = computed(() => desk.queue.value.length);
  effect(() => bell.count(waiting.value));
}

/** What is over and may come back is not known any more. */
function forget(all: readonly Call[], known: Map<string, number>, called: Set<string>): void {
  const names = new Set(all.map(({ name }) => name));
  for (const name of [...known.keys()]) {
    if (names.has(name) || !comesBack(name)) continue;
    known.delete(name);
    called.delete(name);
  }
}

/** What is given to me is called for only if I do not look at it a moment later. */
function isDue({ name, occasion }: Call, known: ReadonlyMap<string, number>, now: number): boolean {
  return occasion !== 'mine' || now - (known.get(name) ?? now) >= MOMENT;
}

/** What they see in another tab needs no call either, and no notice is for who sees any tab. */
async function call(desk: Desk, bell: Rings, tabs: Foremost, due: Call[]): Promise<void> {
  const { of } = desk.wishes.kept.value;
  const seen = await tabs.seen();
  const news = due.filter((one) => !seen.includes(tag(one)));
  const loud = loudest(news.filter(({ occasion }) => of[occasion].sound));
  if (loud) bell.ring(loud);
  const told = firsts(news.filter(({ occasion }) => of[occasion].notice));
  if (told.length === 0 || seen.length > 0) return;
  if (told.length > FEW) return many(desk, bell, told);
  for (const one of told) show(desk, bell, one);
}

function show(desk: Desk, bell: Rings, call: Call): void {
  const { occasion, at, rules } = call;
  const calls = onCalls.value;
  const what = rules.length > 0 ? title(rules) : calls.conversation;
  bell.show(tag(call), what, calls.notices[occasion], () => desk.look(at));
}

function many(desk: Desk, bell: Rings, told: Call[]): void {
  const [first] = told;
  if (first) {
    bell.show(tag(first), 'hitl-chat', onCalls.value.many(told.length), () => desk.look(first.at));
  }
}

/** One notice for one thing: a later one about it takes the place of the first. */
function tag({ at }: Pick<Call, 'at'>): string {
  return `${at.at}:${at.id}`;
}

function firsts(told: readonly Call[]): Call[] {
  const sorted = OCCASIONS.flatMap((one) => told.filter(({ occasion }) => occasion === one));
  return sorted.filter((call, at) => sorted.findIndex((one) => tag(one) === tag(call)) === at);
}
