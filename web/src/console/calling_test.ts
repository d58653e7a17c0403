import { deepEqual } from 'node:assert/strict';
import type { HoldView } from '../shared/protocol.gen.ts';
import { callOut } from './calling.ts';
import { quiet } from './desks.ts';
import { ANA, hold } from './examples.ts';
import type { Page } from './foremost.ts';
import { QUEUE, taken } from './state.ts';

const page = (visibilityState: string) =>
  ({ visibilityState, addEventListener: () => {} }) as unknown as Page;

/** A console with a bell that remembers, and tabs as a test says. */
function called({ rings = true, seen = [] as string[], visible = false } = {}) {
  let now = 1000;
  const desk = quiet(() => now);
  const log: string[] = [];
  const stood: string[] = [];
  const bell = {
    ring: (occasion: string) => void log.push(`ring ${occasion}`),
    show: (name: string, title: string) => void log.push(`show ${name} ${title}`),
    keep: () => {},
    count: (waiting: number) => void log.push(`count ${waiting}`),
  };
  callOut(
    desk,
    bell,
    {
      stands: (standing) => void stood.push(standing),
      rings: () => rings,
      shows: () => {},
      seen: () => Promise.resolve(seen),
    },
    page(
      visible ? 'visible' : 'hidden',
    ),
  );
  const tell = async (...holds: HoldView[]) => {
    desk.state.value = taken(
      { ...desk.state.value, me: ANA },
      {
        type: 'queue_reset',
        stream: QUEUE,
        seq: 0,
        queue: { holds, conversations: [], people: [ANA], looks: [] },
      } as never,
      now,
    );
    desk.standing.value = 'live';
    await Promise.resolve();
    await Promise.resolve();
    return log.splice(0).filter((line) => !line.startsWith('count'));
  };
  const later = async (seconds: number) => {
    now += seconds;
    desk.tick();
    await Promise.resolve();
    await Promise.resolve();
    return log.splice(0);
  };
  return { desk, tell, later, log, stood };
}

Deno.test('what was there at the beginning is not called for, what comes then is, once', async () => {
  const { tell } = called();
  deepEqual(await tell(hold('a')), []);
  deepEqual(await tell(hold('a'), hold('b', { impact: 'high' })), [
    'ring high',
    'show hold:b Refunds',
  ]);
  deepEqual(await tell(hold('a'), hold('b', { impact: 'high' })), []);
});

Deno.test('only one tab rings', async () => {
  const { tell } = called({ rings: false });
  await tell();
  deepEqual(await tell(hold('a')), []);
});

Deno.test('the tabs are told how each of them stands', async () => {
  const { desk, tell, stood } = called();
  await tell();
  desk.standing.value = 'crowded';
  deepEqual(stood, ['connecting', 'live', 'crowded']);
});

Deno.test('a notice is for those who do not see the console', async () => {
  const { tell } = called({ seen: [''] });
  await tell();
  deepEqual(await tell(hold('a', { impact: 'high' })), ['ring high']);
});

Deno.test('what is claimed and seen in another tab is not called for, all else is', async () => {
  const seen = ['hold:a'];
  const { tell, later } = called({ seen });
  await tell();
  await tell(MINE);
  deepEqual(await later(2), []);
  seen.length = 0;
  deepEqual(await later(2), []); // nor when they look away
  await tell(MINE, { ...MINE, id: 'b' });
  deepEqual(await later(2), ['ring mine', 'show hold:b Refunds']);
});

Deno.test('as they wish', async () => {
  const { desk, tell } = called();
  desk.wishes.want('usual', { sound: false, notice: true });
  await tell();
  deepEqual(await tell(hold('a')), ['show hold:a Refunds']);
});

Deno.test('in quiet hours nothing is called for, then or later', async () => {
  const { desk, tell } = called();
  const hour = (more: number) => `${(new Date().getHours() + more + 24) % 24}`.padStart(2, '0');
  desk.wishes.keep({ from: `${hour(-1)}:00`, to: `${hour(2)}:00` });
  await tell();
  deepEqual(await tell(hold('a', { impact: 'high' })), []);
  desk.wishes.keep({ from: '', to: '' });
  deepEqual(await tell(hold('a', { impact: 'high' })), []);
});

Deno.test('many things at once are one notice', async () => {
  const { tell } = called();
  await tell();
  const many = ['a', 'b', 'c', 'd'].map((id) => hold(id, { impact: 'high' }));
  deepEqual(await tell(...many), ['ring high', 'show hold:a hitl-chat']);
});

Deno.test('a hold whose time runs out rings again, and has one notice', async () => {
  const { tell, later } = called();
  await tell();
  await tell(hold('a'));
  deepEqual(await later(90), ['ring hurry', 'show hold:a Refunds']);
  deepEqual(await later(1), []);
});

Deno.test('while somebody is away it is quiet, and what came then is not called for later', async () => {
  const { desk, tell } = called();
  await tell();
  const away = { ...ANA, away: true };
  desk.state.value = { ...desk.state.value, people: [away], me: away };
  const came = hold('a', { impact: 'high' });
  desk.state.value = { ...desk.state.value, holds: new Map([['a', came]]) };
  await Promise.resolve();
  deepEqual(await tell(came), []);
});

const MINE = hold('a', { claimed_by: { id: 'ana', name: 'Ana' }, state: 'claimed' });

Deno.test('what is given to me is called for, once I have not looked at it for a moment', async () => {
  const { desk, tell, later } = called();
  await tell();
  await tell(MINE);
  desk.look({ at: 'hold', id: 'b' });
  deepEqual(await later(1), []);
  deepEqual(await later(1), ['ring mine', 'show hold:a Refunds']);
});

Deno.test('what I claim is not called for, nor when I look at something else later', async () => {
  const { desk, tell, later } = called({ visible: true });
  await tell();
  await tell(hold('a'));
  desk.look({ at: 'hold', id: 'a' });
  deepEqual(await tell(MINE), []);
  await later(60);
  desk.look({ at: 'hold', id: 'b' });
  deepEqual(await later(2), []);
  deepEqual(await later(2), []);
});

Deno.test('what I saw and left to others does not ring when I look away', async () => {
  const { desk, tell, later } = called({ visible: true });
  await tell();
  desk.look({ at: 'hold', id: 'a' });
  deepEqual(await tell(hold('a', { impact: 'high' })), []);
  desk.look(null);
  deepEqual(await later(2), []);
});

const THEIRS = hold('a', { claimed_by: { id: 'ben', name: 'Ben' }, state: 'claimed', fence: 2 });

for (
  const [between, back] of [
    ['was with Ben', [THEIRS]],
    ['was decided, and that was not confirmed', [{ ...MINE, state: 'settling' as const }]],
    ['had another fence before', []],
  ] as const
) {
  Deno.test(`what I looked at and is given to me once more is called for: it ${between}`, async () => {
    const { desk, tell, later } = called({ visible: true });
    desk.look({ at: 'hold', id: 'a' });
    await tell(MINE);
    desk.look({ at: 'hold', id: 'b' });
    for (const one of back) deepEqual(await tell(one), []);
    deepEqual(await later(2), []);
    await tell({ ...MINE, fence: back.length === 0 ? 3 : MINE.fence });
    deepEqual(await later(2), ['ring mine', 'show hold:a Refunds']);
    deepEqual(await later(2), []);
  });
}

Deno.test('asked again for an opinion, I am called again', async () => {
  const { tell, later } = called();
  await tell();
  for (const _ of [1, 2]) {
    await tell(hold('a', { asked: ['ana'] }));
    deepEqual(await later(2), ['ring mine', 'show hold:a Refunds']);
    await tell(hold('a', { ...THEIRS }));
  }
});
