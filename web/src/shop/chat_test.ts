import { deepEqual, equal } from 'node:assert/strict';
import {
  asked,
  asking,
  type Chat,
  type Chunk,
  EMPTY,
  ended,
  heard,
  history,
  queued,
} from './chat.ts';

type Hitl = Chunk['hitl'];

const chunk = (content: string, hitl?: Hitl): Chunk => ({
  choices: [{ index: 0, delta: { content } }],
  ...(hitl ? { hitl } : {}),
});

const play = (...chunks: Chunk[]): Chat => chunks.reduce(heard, asked(EMPTY, 'Hi'));

const shown = (chat: Chat) =>
  chat.bubbles.map(({ author, text, note }) => [author, text, note ?? ''].join('|'));

Deno.test('an answer is one bubble that grows', () => {
  const chat = play(chunk('Hel'), chunk('lo.'));
  deepEqual(shown(chat), ['customer|Hi|', 'model|Hello.|']);
  equal(chat.waiting, '');
});

Deno.test('while nothing comes the reason is shown', () => {
  equal(asked(EMPTY, 'Hi').waiting, 'thinking');
  equal(play(chunk('', { state: 'checking' })).waiting, 'checking');
  equal(play(chunk('Hel'), chunk('', { state: 'held' })).waiting, 'held');
});

Deno.test('an approved answer shows no scar, an edited one says that a person reviewed it', () => {
  const held = [chunk('Wash it.'), chunk('', { state: 'held' })];
  const approved: Hitl = { state: 'released', decision: 'approved', author: 'ai' };
  deepEqual(shown(play(...held, chunk(' Dry it.', approved))), [
    'customer|Hi|',
    'model|Wash it. Dry it.|',
  ]);
  const edited: Hitl = { state: 'released', decision: 'edited', author: 'human' };
  const chat = play(...held, chunk(' Air it.', edited));
  deepEqual(shown(chat), ['customer|Hi|', 'model|Wash it. Air it.|Reviewed by a person']);
  equal(chat.waiting, '');
});

Deno.test('a person joins, types, writes messages, and hands back', () => {
  const chat = play(
    chunk('One moment.'),
    chunk('', { state: 'held' }),
    chunk('', { state: 'human', agent: { display: 'Ana' }, typing: true }),
    chunk('\n\nHello, Ana here.', { state: 'human', author: 'human', message_id: 'm1' }),
    chunk('\n\nHow can I help?', { state: 'human', author: 'human', message_id: 'm2' }),
    chunk('', { state: 'human' }),
  );
  deepEqual(shown(chat).slice(2), [
    'notice|Ana joined|',
    'person|Hello, Ana here.|',
    'person|How can I help?|',
  ]);
  equal(chat.waiting, 'person');
  const back = [chunk('', { state: 'ai' }), chunk('Anything else?')].reduce(heard, chat);
  deepEqual(shown(back).slice(5), [
    'notice|Ana left, the assistant is back|',
    'model|Anything else?|',
  ]);
  equal(back.agent, '');
});

Deno.test('what was withdrawn is replaced', () => {
  const chat = play(
    chunk('Sure, free for all.'),
    chunk('\n\n[Correction] No.', { state: 'corrected', replace: { from: 0, text: 'No.' } }),
  );
  deepEqual(shown(chat), ['customer|Hi|', 'model|No.|Corrected']);
});

Deno.test('an answer that broke says so; the history leaves notices out', () => {
  const chat = ended(play(chunk('Hel')), 'The connection was lost.');
  deepEqual(shown(chat).at(-1), 'notice|The connection was lost.|');
  deepEqual(history(chat), [{ role: 'user', content: 'Hi' }, {
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
  const { chat, text } = asking(heard(waiting, chunk('lo.')));
  equal(text, 'Hello?\nAnybody?');
  deepEqual(chat.queued, []);
  deepEqual(shown(chat), ['customer|Hi|', 'model|Hello.|']);
});
