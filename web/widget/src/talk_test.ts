import { deepEqual, equal } from 'node:assert/strict';
import { heard } from './answer.ts';
import { told } from './news.ts';
import {
  again,
  asked,
  asking,
  EMPTY,
  ended,
  history,
  queued,
  rated,
  type Talk,
  unrated,
} from './talk.ts';
import type { Chunk, Hitl, News } from './wire.ts';

const chunk = (content: string, hitl?: Hitl): Chunk => ({
  choices: [{ index: 0, delta: { content } }],
  ...(hitl ? { hitl } : {}),
});

const play = (...chunks: Chunk[]): Talk =>
  chunks.reduce(
    (talk, chunk) => heard(talk, chunk, 'turn_1'),
    asked(EMPTY, 'Hi'),
  );

const news = (name: string, data: News['data'] = {}, id = '1'): News => ({
  name,
  data,
  id,
});

const shown = (talk: Talk) =>
  talk.lines.map(({ author, text, note, notice, name }) =>
    [author, notice ? `${notice} ${name ?? ''}`.trim() : text, note ?? ''].join(
      '|',
    )
  );

Deno.test('an answer is one line that grows', () => {
  const talk = play(chunk('Hel'), chunk('lo.'));
  deepEqual(shown(talk), ['customer|Hi|', 'model|Hello.|']);
  equal(talk.waiting, '');
});

Deno.test('while nothing comes the reason is shown', () => {
  equal(asked(EMPTY, 'Hi').waiting, 'thinking');
  equal(play(chunk('', { state: 'checking' })).waiting, 'checking');
  equal(play(chunk('Hel'), chunk('', { state: 'held' })).waiting, 'held');
});

Deno.test('an approved answer shows no scar, an edited one says that a person reviewed it', () => {
  const held = [chunk('Wash it.'), chunk('', { state: 'held' })];
  const approved: Hitl = {
    state: 'released',
    decision: 'approved',
    author: 'ai',
  };
  deepEqual(shown(play(...held, chunk(' Dry it.', approved))), [
    'customer|Hi|',
    'model|Wash it. Dry it.|',
  ]);
  const edited: Hitl = {
    state: 'released',
    decision: 'edited',
    author: 'human',
  };
  const talk = play(...held, chunk(' Air it.', edited));
  deepEqual(shown(talk), ['customer|Hi|', 'model|Wash it. Air it.|reviewed']);
  equal(talk.waiting, '');
});

Deno.test('a person joins, types, writes messages, and hands back', () => {
  const talk = play(
    chunk('One moment.'),
    chunk('', { state: 'held' }),
    chunk('', { state: 'human', agent: { display: 'Ana' }, typing: true }),
    chunk('\n\nHello, Ana here.', {
      state: 'human',
      author: 'human',
      message_id: 'm1',
    }),
    chunk('\n\nHow can I help?', {
      state: 'human',
      author: 'human',
      message_id: 'm2',
    }),
    chunk('', { state: 'human' }),
  );
  deepEqual(shown(talk).slice(2), [
    'notice|joined Ana|',
    'person|Hello, Ana here.|',
    'person|How can I help?|',
  ]);
  equal(talk.waiting, 'person');
  equal(again(talk).waiting, 'person');
  const back = [chunk('', { state: 'ai' }), chunk('\n\nAnything else?')].reduce(
    (talk, chunk) => heard(talk, chunk),
    talk,
  );
  deepEqual(shown(back).slice(5), [
    'notice|left Ana|',
    'model|Anything else?|',
  ]);
  equal(back.agent, '');
});

Deno.test('what was withdrawn is replaced', () => {
  const talk = play(
    chunk('Sure, free for all.'),
    chunk('\n\n[Correction] No.', {
      state: 'corrected',
      replace: { from: 0, text: 'No.' },
    }),
  );
  deepEqual(shown(talk), ['customer|Hi|', 'model|No.|corrected']);
});

Deno.test('a person corrects what was read: nobody waits any more, and both ways say it once', () => {
  const replace = { from: 5, text: 'It costs 5 EUR.' };
  const talk = play(
    chunk('Yes. It is free.'),
    chunk('', { state: 'held' }),
    chunk('\n\nCorrection: It costs 5 EUR.', {
      state: 'corrected',
      decision: 'edited',
      author: 'human',
      replace,
    }),
  );
  deepEqual(shown(talk), [
    'customer|Hi|',
    'model|Yes. It costs 5 EUR.|corrected',
  ]);
  equal(talk.waiting, '');
  deepEqual(
    told(talk, news('corrected', { delivery_id: 'turn_1', replace })),
    talk,
  );
});

Deno.test('an answer that broke says so; the history leaves notices out', () => {
  const talk = ended(play(chunk('Hel')), 'The model is busy.');
  deepEqual(shown(talk).at(-1), 'notice|problem|');
  equal(talk.lines.at(-1)?.text, 'The model is busy.');
  deepEqual(history(talk), [{ role: 'user', content: 'Hi' }, {
    role: 'assistant',
    content: 'Hel',
  }]);
});

Deno.test('chunks without choices or text change nothing', () => {
  const before = asked(EMPTY, 'Hi');
  deepEqual(heard(before, { choices: [] }), before);
  deepEqual(heard(before, chunk('', { state: 'final' })), before);
});

Deno.test('what is written while an answer comes is asked afterwards, as one question', () => {
  const waiting = queued(queued(play(chunk('Hel')), 'Hello?'), 'Anybody?');
  const { talk, text } = asking(heard(waiting, chunk('lo.')));
  equal(text, 'Hello?\nAnybody?');
  deepEqual(talk.queued, []);
  deepEqual(shown(talk), ['customer|Hi|', 'model|Hello.|']);
});

Deno.test('an answer that comes again replaces what had come of it', () => {
  const once = play(
    chunk('It is '),
    chunk('\n\nAna here.', { state: 'human', message_id: 'm1' }),
  );
  const twice = ['It is ', 'blue.'].reduce(
    (talk, text) => heard(talk, chunk(text)),
    again(once),
  );
  deepEqual(shown(twice), [
    'customer|Hi|',
    'person|Ana here.|',
    'model|It is blue.|',
  ]);
});

Deno.test('a person is told of both ways, and shown once', () => {
  const both: Talk = [
    news('takeover', { agent: { display: 'Ana' } }),
    news('message', {
      message_id: 'm1',
      text: 'Hello.',
      agent: { display: 'Ana' },
    }),
  ].reduce(told, EMPTY);
  const said = chunk('\n\nHello.', {
    state: 'human',
    author: 'human',
    message_id: 'm1',
  });
  const joined = chunk('', { state: 'human', agent: { display: 'Ana' } });
  deepEqual(heard(heard(both, joined), said).lines, both.lines);
  deepEqual(shown(both), ['notice|joined Ana|', 'person|Hello.|']);
  deepEqual(shown(told(both, news('handback'))).at(-1), 'notice|left Ana|');
});

Deno.test('after a reset the events say who speaks; what did not change is not told again', () => {
  const ana = told(EMPTY, news('takeover', { agent: { display: 'Ana' } }));
  const reset = told(ana, news('reset', {}, ''));
  const still = told(
    reset,
    news('takeover', { agent: { display: 'Ana' } }, '7'),
  );
  deepEqual([shown(still), still.agent], [['notice|joined Ana|'], 'Ana']);
  const gone = told(ana, news('reset', {}, '7'));
  deepEqual([shown(gone), gone.agent], [[
    'notice|joined Ana|',
    'notice|left Ana|',
  ], '']);
});

Deno.test('a correction finds its answer, whenever it comes', () => {
  const later = ended(
    heard(asked(ended(play(chunk('Free.'))), 'Sure?'), chunk('Yes.'), 'turn_2'),
  );
  const replace = { from: 0, text: 'It costs 5 EUR.' };
  const talk = told(
    later,
    news('corrected', { delivery_id: 'turn_1', replace }),
  );
  deepEqual(shown(talk)[1], 'model|It costs 5 EUR.|corrected');
  deepEqual(shown(talk)[3], 'model|Yes.|');
  deepEqual(
    told(talk, news('corrected', { delivery_id: 'turn_9', replace })),
    talk,
  );
});

Deno.test('an answer is rated once, and what did not arrive leaves it as it was', () => {
  const talk = ended(play(chunk('Free.')));
  const line = talk.lines[1];
  if (!line) throw new Error('there is an answer');
  const up = rated(talk, line, 'up');
  deepEqual(up.lines.map((each) => each.rating), [undefined, 'up']);
  const lost = unrated(up, line, 'up', '').lines[1];
  deepEqual([lost?.rating, lost?.unsent], [undefined, { rating: 'up', text: '' }]);
  deepEqual(unrated(rated(up, line, 'down'), line, 'up', ''), rated(up, line, 'down'));
});

/** An answer in two parts, with a person's words between them. */
const handed = (): Talk =>
  play(
    chunk('It is free. Sure.'),
    chunk('', { state: 'human', agent: { display: 'Ana' } }),
    chunk('\n\nOne moment.', { state: 'human', message_id: 'm1' }),
    chunk('', { state: 'ai' }),
    chunk('Anything else?'),
  );

Deno.test('all parts of an answer are withdrawn, and nothing that a person said', () => {
  const all = { from: 0, text: 'It costs 5 EUR.' };
  const talk = heard(handed(), chunk('', { state: 'corrected', replace: all }), 'turn_1');
  deepEqual(shown(talk), [
    'customer|Hi|',
    'notice|joined Ana|',
    'person|One moment.|',
    'notice|left Ana|',
    'model|It costs 5 EUR.|corrected',
  ]);
  deepEqual(told(talk, news('corrected', { delivery_id: 'turn_1', replace: all })), talk);
});

Deno.test('what stays of an answer is counted over its parts', () => {
  const cut = (from: number) =>
    shown(told(
      handed(),
      news('corrected', {
        delivery_id: 'turn_1',
        replace: { from, text: 'No.' },
      }),
    )).filter((line) => line.startsWith('model'));
  deepEqual(cut(11), ['model|It is free.|corrected', 'model|No.|corrected']);
  deepEqual(cut(17), ['model|It is free. Sure.|', 'model|No.|corrected']);
  deepEqual(cut(26), ['model|It is free. Sure.|', 'model|Anything No.|corrected']);
});

Deno.test('a correction without a name is never of an earlier answer', () => {
  const earlier = asked(ended(heard(asked(EMPTY, 'Hi'), chunk('Free.'))), 'Sure?');
  const replace = { from: 0, text: 'No.' };
  const talk = heard(earlier, chunk('\n\nCorrection: No.', { state: 'corrected', replace }));
  deepEqual(shown(talk), [
    'customer|Hi|',
    'model|Free.|',
    'customer|Sure?|',
    'model|No.|corrected',
  ]);
});
