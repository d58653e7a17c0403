import { deepEqual, equal } from 'node:assert/strict';
import type { AnyOutbound, HoldView } from '../shared/protocol.gen.ts';
import { ANA, card, conversation, hold, message, news } from './examples.ts';
import { holdOf, hushed, type State, taken, unfollowed, UNKNOWN } from './state.ts';

const play = (...frames: AnyOutbound[]): State => after(UNKNOWN, ...frames);
const after = (state: State, ...frames: AnyOutbound[]): State =>
  frames.reduce((state, frame) => taken(state, frame, 1000), state);

const welcome = (feed = 'f1', now = 1000): AnyOutbound => ({
  type: 'welcome',
  ver: 1,
  now,
  feed,
  me: ANA,
  undo: 3,
});
const queue = (seq: number, ...holds: HoldView[]): AnyOutbound => ({
  type: 'queue_reset',
  stream: 'queue',
  seq,
  queue: { holds, conversations: [], people: [ANA] },
});

const ids = (state: State) => [...state.holds.keys()];

Deno.test('a snapshot, then news: the state is what the server has', () => {
  const state = play(
    welcome(),
    queue(10, hold('a'), hold('b')),
    news('queue', 11, { hold: hold('c') }),
    news('queue', 12, {
      hold: hold('a', { state: 'claimed', claimed_by: { id: 'ben', name: 'Ben' } }),
    }),
  );
  deepEqual(ids(state).sort(), ['a', 'b', 'c']);
  equal(state.holds.get('a')?.claimed_by?.name, 'Ben');
  equal(state.seqs['queue'], 12);
  equal(state.me?.name, 'Ana');
});

Deno.test('news that was seen before changes nothing', () => {
  const before = play(
    welcome(),
    queue(10, hold('a')),
    news('queue', 12, { hold: hold('a', { version: 3 }) }),
  );
  deepEqual(after(before, news('queue', 12, { hold: hold('a') })), before);
  deepEqual(after(before, news('queue', 11, { hold: hold('b') })), before);
});

Deno.test('after a reconnect the missed news are taken in, once', () => {
  const before = play(welcome(), queue(10, hold('a')));
  const missed = [news('queue', 10, { hold: hold('x') }), news('queue', 11, { hold: hold('b') })];
  const state = after(before, welcome(), {
    type: 'recovered',
    stream: 'queue',
    seq: 15,
    news: missed,
  });
  deepEqual(ids(state).sort(), ['a', 'b']);
  equal(state.seqs['queue'], 15);
});

Deno.test('a reset forgets what is no longer there', () => {
  const state = play(
    welcome(),
    queue(10, hold('a'), hold('b')),
    queue(20, hold('b', { version: 2 })),
  );
  deepEqual(ids(state), ['b']);
  equal(state.holds.get('b')?.version, 2);
});

Deno.test('another feed: positions of the old one mean nothing', () => {
  const state = play(
    welcome('f1'),
    queue(900, hold('a')),
    welcome('f2'),
    queue(3, hold('b')),
    news('queue', 4, { hold: hold('c') }),
  );
  deepEqual(ids(state), ['b', 'c']);
  equal(state.seqs['queue'], 4);
});

Deno.test('what ended is remembered for a while, and not for ever', () => {
  const ended = hold('old', { state: 'decided' });
  equal(
    ids(
      play(welcome(), queue(1, hold('a')), news('queue', 2, { hold: ended }), queue(9, hold('a'))),
    ).includes('old'),
    true,
  );
  const many = Array.from(
    { length: 200 },
    (_, at) => news('queue', at + 1, { hold: hold(`h${at}`, { state: 'decided' }) }),
  );
  const state = play(welcome(), ...many, news('queue', 999, { hold: hold('alive') }));
  equal(state.holds.size, 31);
  equal(state.holds.has('h199') && state.holds.has('alive'), true);
});

Deno.test('the card follows its hold, and its draft grows by what is new', () => {
  const state = play(
    welcome(),
    queue(1, hold('a', { draft_state: 'streaming' })),
    {
      type: 'card_reset',
      stream: 'hold:a',
      card: card('a', '🎉 We', { draft_state: 'streaming' }),
    },
    {
      type: 'grown',
      stream: 'hold:a',
      more: { '0/content': ' guarantee' },
    },
  );
  equal(state.cards.get('a')?.pending['0/content'], '🎉 We guarantee');
  equal(holdOf(state, 'a')?.draft_state, 'streaming');
  equal(after(state, { type: 'grown', stream: 'hold:zzz', more: {} }).cards.size, 1);
});

Deno.test('a conversation is listed while a person speaks in it', () => {
  const human = news('queue', 2, { conversation: conversation('c') });
  const model = news('queue', 3, {
    conversation: conversation('c', { human: false, owner: null }),
  });
  equal(play(welcome(), queue(1), human).conversations.size, 1);
  equal(play(welcome(), queue(1), human, model).conversations.size, 0);
});

Deno.test('messages join the talk in their order; one that changes is replaced', () => {
  const state = play(
    welcome(),
    {
      type: 'talk_reset',
      stream: 'conv:c',
      seq: 5,
      talk: { conversation: conversation('c'), messages: [message('m1', 1)], notes: [] },
    },
    news('conv:c', 7, { messages: [message('m3', 3)] }),
    news('conv:c', 8, { messages: [message('m2', 2)] }),
    news('conv:c', 9, { messages: [{ ...message('m3', 3), delivered: false }] }),
  );
  const messages = state.talks.get('c')?.messages ?? [];
  deepEqual(messages.map((one) => one.id), ['m1', 'm2', 'm3']);
  equal(messages.at(-1)?.delivered, false);
  const handed = after(
    state,
    news('conv:c', 10, { conversation: conversation('c', { human: false }) }),
  );
  equal(handed.talks.get('c')?.conversation.human, false);
});

Deno.test('notes that were kept from us stand where they were written', () => {
  const note = (id: string, at: number) => ({ id, at, by: ANA, text: id, hold: 'h' });
  const state = play(
    welcome(),
    {
      type: 'talk_reset',
      stream: 'conv:c',
      seq: 5,
      talk: { conversation: conversation('c'), messages: [], notes: [note('n2', 2)] },
    },
    news('conv:c', 6, { notes: [note('n1', 1), note('n2', 2)] }),
  );
  deepEqual(state.talks.get('c')?.notes.map((one) => one.id), ['n1', 'n2']);
});

Deno.test('typing comes and goes', () => {
  const on = play(welcome(), { type: 'typing', stream: 'conv:c', name: 'Ben', on: true });
  equal(on.typing.get('c')?.name, 'Ben');
  equal(after(on, { type: 'typing', stream: 'conv:c', name: 'Ben', on: false }).typing.size, 0);
});

Deno.test('who has not said for 15 seconds that they type does not any more', () => {
  const on = play(welcome(), { type: 'typing', stream: 'conv:c', name: '', on: true });
  equal(hushed(on, 1014), on);
  equal(hushed(on, 1015).typing.size, 0);
  const again = taken(on, { type: 'typing', stream: 'conv:c', name: '', on: true }, 1010);
  equal(hushed(again, 1024).typing.size, 1);
});

Deno.test('whether a customer is there is known while they are followed', () => {
  const there = play(welcome(), { type: 'presence', stream: 'conv:c', here: true });
  equal(there.here.get('c'), true);
  const left = after(there, { type: 'presence', stream: 'conv:c', here: false });
  equal(left.here.get('c'), false);
  equal(unfollowed(left, 'hold:c').here.size, 1);
  equal(unfollowed(left, 'conv:c').here.size, 0);
});

Deno.test('how long decisions take is what was said last', () => {
  const state = play(welcome());
  equal(state.usual, 20);
  equal(after(state, { type: 'usual', seconds: 41 }, welcome()).usual, 41);
});

Deno.test("time is the server's", () => {
  equal(play(welcome('f1', 1007)).offset, 7);
  equal(play(welcome('f1', 1007), { type: 'ping', now: 1003 }).offset, 3);
});

Deno.test('what this page does not know breaks nothing, and positions are asked for anew, once', () => {
  const unknown = { type: 'weather', stream: 'queue', seq: 11 } as unknown as AnyOutbound;
  const before = play(welcome(), queue(10, hold('a')));
  const puzzled = after(before, unknown);
  deepEqual([puzzled.strange, puzzled.seqs, ids(puzzled)], ['weather', {}, ['a']]);
  const again = after(puzzled, welcome(), queue(12, hold('b')), unknown);
  deepEqual([again.seqs, ids(again)], [{ queue: 12 }, ['b']]);
});

Deno.test('any mixture of repeats and a resume ends in the same state', () => {
  const frames = [
    news('queue', 2, { hold: hold('b') }),
    news('queue', 3, { hold: hold('a', { state: 'claimed' }) }),
    news('queue', 4, { hold: hold('a', { state: 'decided' }) }),
    news('queue', 5, { conversation: conversation('c') }),
  ];
  const wanted = play(welcome(), queue(1, hold('a')), ...frames);
  for (let cut = 0; cut <= frames.length; cut++) {
    const before = play(welcome(), queue(1, hold('a')), ...frames.slice(0, cut));
    const seen = before.seqs['queue'] ?? 0;
    const missed = frames.filter((frame) => frame.seq > seen - 2); // one or two of them twice
    deepEqual(
      after(before, welcome(), { type: 'recovered', stream: 'queue', seq: 5, news: missed }),
      wanted,
    );
  }
});

Deno.test('what is no longer followed is forgotten, the queue is not', () => {
  const state = play(
    welcome(),
    queue(1, hold('a')),
    { type: 'card_reset', stream: 'hold:a', card: card('a', 'We') },
    {
      type: 'talk_reset',
      stream: 'conv:c',
      seq: 5,
      talk: { conversation: conversation('c'), messages: [], notes: [] },
    },
    { type: 'gone', stream: 'hold:x', code: 'hold_not_found', message: 'no such hold' },
  );
  equal(state.gone.get('hold:x'), 'no such hold');
  const left = ['hold:a', 'conv:c', 'hold:x'].reduce(unfollowed, state);
  deepEqual([left.cards.size, left.talks.size, left.gone.size, left.seqs], [0, 0, 0, { queue: 1 }]);
  deepEqual([ids(left), left.conversations.size], [['a'], 1]);
});

Deno.test('the stop switch is off after a welcome, until something else is said', () => {
  const stopped = play(welcome(), { type: 'stop', mode: 'pass' });
  equal(stopped.stop, 'pass');
  equal(after(stopped, { type: 'stop', mode: '' }).stop, '');
  equal(after(stopped, welcome()).stop, '');
});

Deno.test('who listened before a welcome may have left: nobody knows until it is said again', () => {
  const stream = 'conv:c';
  const before = play(welcome(), { type: 'presence', stream, here: true });
  equal(before.here.get('c'), true);
  const back = after(before, welcome());
  equal(back.here.get('c'), undefined);
  equal(after(back, { type: 'presence', stream, here: false }).here.get('c'), false);
});
