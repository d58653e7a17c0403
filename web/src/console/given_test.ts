import { deepEqual, equal } from 'node:assert/strict';
import { computed, signal } from '@preact/signals';
import type { HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { ANA, card, conversation, hold } from './examples.ts';
import { Given } from './given.ts';
import type { Looking } from './looking.ts';
import { type State, UNKNOWN } from './state.ts';

const mine = (id: string, more: Partial<HoldView> = {}) =>
  hold(id, { state: 'claimed', claimed_by: ANA, fence: 1, ...more });

/** A console to which work is given, and what it opened by itself. */
function given(mode = 'push') {
  const state = signal<State>({ ...UNKNOWN, me: ANA });
  const opened: string[] = [];
  const page = { attended: true, typing: false, shown: 0 };
  const looking = signal<Looking | null>(null);
  let time = 100;
  const desk = {
    state,
    looking,
    me: signal({ mode }),
    now: signal(0),
    standing: signal('live'),
    away: signal(false),
    sheet: signal(null),
    notice: signal<{ readonly problem: boolean } | null>(null),
    editing: signal<string | null>(null),
    queue: computed(() => [...state.value.holds.values()]),
    around: { now: () => time, later: (_: number, what: () => void) => what() },
    look: (at: Looking) => {
      looking.value = at;
      opened.push(at.id);
    },
    tell: () => {},
  };
  const here = new Given(desk as unknown as Desk, {
    attended: () => page.attended,
    typing: () => page.typing,
    shown: () => void page.shown++,
  });
  const holds = (...all: HoldView[]) => {
    state.value = { ...state.value, holds: new Map(all.map((one) => [one.id, one])) };
  };
  const passes = (seconds: number) => {
    time += seconds;
    desk.now.value = time;
  };
  return { desk, page, here, opened, holds, passes };
}

Deno.test('what is given opens by itself, once; given anew, again', () => {
  const { desk, opened, holds, passes } = given();
  holds(
    hold('a'),
    mine('b'),
    hold('c', { state: 'claimed', claimed_by: { id: 'ben', name: 'Ben' } }),
  );
  deepEqual(opened, ['b']);
  desk.looking.value = null; // they went back
  passes(1);
  deepEqual(opened, ['b']);
  holds(mine('b', { fence: 3 }));
  deepEqual(opened, ['b', 'b']);
});

Deno.test('where people choose, nothing opens by itself', () => {
  for (const mode of ['pull', 'next']) {
    const { opened, holds } = given(mode);
    holds(mine('a'));
    deepEqual(opened, []);
  }
});

Deno.test('never while somebody writes, or is not there: a moment after that', () => {
  const { page, opened, holds, passes } = given();
  page.typing = true;
  holds(mine('a'));
  page.typing = false;
  page.attended = false;
  passes(1);
  deepEqual(opened, []);
  page.attended = true;
  passes(1);
  deepEqual(opened, ['a']);
});

Deno.test('what is not over here comes first', () => {
  const ben = { id: 'ben', name: 'Ben' };
  const proposal = (by: typeof ben) => ({ proposal: { by } as HoldView['proposal'] });
  const { desk, opened, holds, passes } = given();
  const at = (looking: Looking | null) => {
    desk.looking.value = looking;
    passes(1);
  };
  desk.sheet.value = 'keys' as never;
  holds(mine('a'));
  desk.sheet.value = null;
  deepEqual(opened.splice(0), ['a']);
  const known = mine('a');
  holds(known, mine('b'), hold('c', { state: 'settling', ...proposal(ben) }));
  deepEqual(opened, []); // the first one is not decided
  at({ at: 'hold', id: 'c' });
  deepEqual(opened, []); // it may be theirs to confirm
  const conversations = new Map([['talk', conversation('talk')]]);
  desk.state.value = { ...desk.state.value, conversations };
  at({ at: 'conv', id: 'talk' });
  deepEqual(opened, []); // they speak there
  desk.away.value = true;
  at(null);
  deepEqual(opened, []);
  desk.away.value = false;
  deepEqual(opened.splice(0), ['b']);
  desk.notice.value = { problem: true };
  holds(known, mine('d'));
  deepEqual(opened, []); // they have not read what went wrong
  desk.notice.value = { problem: false };
  deepEqual(opened, ['d']);
});

Deno.test('nor while the same key once more would send what was decided', () => {
  const { opened, holds, passes } = given();
  holds(mine('a'));
  const by = { id: ANA.id, name: ANA.name };
  const proposal = { by, settle_at: 103 } as HoldView['proposal'];
  holds(mine('a', { state: 'settling', proposal }), mine('b'));
  passes(2);
  deepEqual(opened, ['a']);
  passes(1); // it waits for somebody else now, if for anybody
  deepEqual(opened, ['a', 'b']);
});

Deno.test('a key a moment later was hardly meant for it', () => {
  const { desk, here, holds, passes } = given();
  equal(here.startles(), false);
  holds(mine('a'));
  equal(here.startles(), true);
  desk.editing.value = 'a'; // they write: they have seen it
  equal(here.startles(), false);
  desk.editing.value = null;
  passes(1);
  equal(here.startles(), false);
});

Deno.test('the focus follows once the card is there', () => {
  const { desk, page, holds } = given();
  holds(mine('a'));
  equal(page.shown, 0);
  desk.state.value = { ...desk.state.value, cards: new Map([['a', card('a', 'Yes.')]]) };
  equal(page.shown, 1);
  desk.state.value = { ...desk.state.value };
  equal(page.shown, 1);
});
