/** Who speaks, told twice: in whichever order it arrives, it is shown once, and in its order. */
import { deepEqual, equal } from 'node:assert/strict';
import { heard } from './answer.ts';
import { told } from './news.ts';
import { asked, EMPTY, type Talk } from './talk.ts';
import type { Hitl } from './wire.ts';

type Step = (talk: Talk) => Talk;

const event = (name: string, data = {}): Step => (talk) => told(talk, { name, data, id: '1' });
const taken = (display: string, away = false) => event('takeover', { agent: { display, away } });
const looked = event('takeover', { agent: null });
const back = event('handback');
const part = (content: string, hitl: Hitl): Step => (talk) =>
  heard(talk, { choices: [{ index: 0, delta: { content } }], hitl }, 'turn_1');
const human = (display: string, typing = false) =>
  part('', { state: 'human', agent: { display }, typing });
const says = (id: string) => part('Hi.', { state: 'human', author: 'human', message_id: id });
const ai = part('', { state: 'ai' });
const play = (talk: Talk, ...steps: readonly Step[]) =>
  steps.reduce((now, step) => step(now), talk);

const notices = ({ lines }: Talk) =>
  lines.flatMap(({ notice, name }) => notice ? [`${notice} ${name}`] : []);

/** Every order in which two streams can arrive, each in its own. */
function orders(one: readonly Step[], other: readonly Step[]): Step[][] {
  if (!one.length || !other.length) return [[...one, ...other]];
  const [first, ...rest] = one;
  const [second, ...more] = other;
  return [
    ...orders(rest, other).map((steps) => first ? [first, ...steps] : steps),
    ...orders(one, more).map((steps) => second ? [second, ...steps] : steps),
  ];
}

/** Each change once, in its order, and in the end the same, however both arrive. */
function always(talk: Talk, events: Step[], answer: Step[], told: string[], agent: string): void {
  for (const steps of orders(events, answer)) {
    const end = play(talk, ...steps);
    deepEqual([notices(end), end.agent], [told, agent]);
    deepEqual([end.typing, end.events.behind, end.answer.behind], [false, [], []]);
  }
}

Deno.test('somebody comes and goes', () => {
  const answer = [human('Ana'), human('Ana', true), says('m1'), human('Ana'), ai];
  const events = [taken('Ana'), back];
  always(asked(EMPTY, 'Hi'), events, answer, ['joined Ana', 'left Ana'], '');
});

Deno.test('somebody who was there goes: the words of an answer that come late bring nobody back', () => {
  const talk = asked(play(EMPTY, taken('Ana')), 'Hi');
  const answer = [human('Ana'), says('m1'), human('Ana'), ai];
  always(talk, [back], answer, ['joined Ana', 'left Ana'], '');
  const end = play(talk, back, ...answer);
  equal(end.lines.at(-1)?.name, 'Ana');
});

Deno.test('a colleague follows, goes, and comes again', () => {
  const events = [taken('Ana'), taken('Ben'), back, taken('Ben')];
  const answer = [human('Ana'), human('Ben'), says('m1'), ai, human('Ben')];
  const told = ['joined Ana', 'joined Ben', 'left Ben', 'joined Ben'];
  always(asked(EMPTY, 'Hi'), events, answer, told, 'Ben');
});

Deno.test('the events of what an answer told before count as told, the next ones do not', () => {
  const once = play(asked(EMPTY, 'Hi'), human('Ana'), ai);
  const again = play(asked(once, 'Sure?'), taken('Ana'), back);
  deepEqual(notices(again), ['joined Ana', 'left Ana']);
  deepEqual(notices(play(again, taken('Ana'))), ['joined Ana', 'left Ana', 'joined Ana']);
});

Deno.test('whoever is away is said to be, and back', () => {
  const away = play(EMPTY, taken('Ana'), taken('Ana', true), taken('Ana', true));
  deepEqual([away.away, away.agent, notices(away)], [true, 'Ana', ['joined Ana', 'away Ana']]);
  const here = play(asked(away, 'Hello?'), human('Ana'), taken('Ana'), taken('Ana'));
  deepEqual([here.away, notices(here)], [false, ['joined Ana', 'away Ana', 'back Ana']]);
});

Deno.test('while somebody is looked for nobody is said to have come', () => {
  const away = play(EMPTY, taken('Ana'), looked, looked);
  deepEqual([away.away, away.agent], [true, 'Ana']);
  const asking = play(asked(away, 'Hello?'), human('A colleague'), looked);
  deepEqual(notices(asking), ['joined Ana', 'away Ana']);
  const late = asked(away, 'Hello?');
  for (
    const steps of [
      [asking, human('Ben'), taken('Ben')],
      [asking, taken('Ben'), human('Ben')],
      [late, taken('Ben'), human('A colleague'), human('Ben')],
    ] as const
  ) {
    const [talk, ...order] = steps;
    const ben = play(talk, ...order, says('m1'), human('Ben', true));
    deepEqual(notices(ben), ['joined Ana', 'away Ana', 'joined Ben']);
    deepEqual([ben.agent, ben.away, ben.typing, ben.lines.at(-1)?.name], [
      'Ben',
      false,
      true,
      'Ben',
    ]);
  }
  const left = play(asking, back);
  deepEqual([left.away, left.agent, notices(left).at(-1)], [false, '', 'left Ana']);
});

Deno.test('whoever is there stands in for the colleague of whom an answer told too early', () => {
  const ana = play(EMPTY, taken('Ana'));
  const early = play(asked(ana, 'Hello?'), human('A colleague'), looked);
  deepEqual([early.away, early.agent], [true, 'A colleague']);
  for (const order of [[taken('Ana'), human('Ana')], [human('Ana'), taken('Ana')]]) {
    const here = play(early, ...order);
    deepEqual([here.away, here.agent, notices(here).at(-1)], [false, 'Ana', 'joined Ana']);
    deepEqual([here.events.behind, notices(play(here, taken('Ana')))], [[], notices(here)]);
  }
  const nobody = play(asked(EMPTY, 'Hello?'), human('A colleague'), looked, back);
  deepEqual([nobody.away, nobody.agent, notices(nobody).at(-1)], [false, '', 'left A colleague']);
});

Deno.test('how things stand after a reset: who is away, or looked for', () => {
  const ana = play(EMPTY, taken('Ana'));
  const reset: Step = (talk) => told(talk, { name: 'reset', data: {}, id: '' });
  const end: Step = event('hold');
  for (const stands of [taken('Ana', true), looked]) {
    const away = play(ana, reset, stands, end);
    deepEqual([away.away, notices(away)], [true, ['joined Ana', 'away Ana']]);
    deepEqual(notices(play(away, reset, stands, end)), ['joined Ana', 'away Ana']);
    deepEqual(notices(play(away, reset, end)).at(-1), 'left Ana');
  }
  const nobody = play(EMPTY, reset, looked, end);
  deepEqual([nobody.away, nobody.agent, notices(nobody)], [true, '', ['away ']]);
  for (const later of [[back], [reset, end]]) equal(play(nobody, ...later).away, false);
});

Deno.test('nobody types who is not there', () => {
  const typing = event('typing', { agent: { display: 'Ana' }, typing: true });
  equal(play(EMPTY, taken('Ana'), back, typing).typing, false);
  equal(play(EMPTY, taken('Ana'), typing).typing, true);
});
