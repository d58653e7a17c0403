import { deepEqual, equal } from 'node:assert/strict';
import type { Reason } from '../shared/protocol.gen.ts';
import { card } from './examples.ts';
import { firstTexts, nameOf, passages, words } from './texts.ts';

const reason = (...spans: [string, number, number][]): Reason => ({
  rule: 'refunds',
  check: 'patterns:refunds',
  code: 'matched',
  score: 1,
  detail: '',
  spans: spans.map(([field, start, end]) => ({ field, start, end, kind: '' })),
});

Deno.test('one answer has no name; marks carry the numbers of their reasons', () => {
  const given = card('a', 'We guarantee it.', {
    reasons: [reason(), reason(['0/content', 10, 19])],
  });
  deepEqual(passages({ ...given, sent: { '0/content': 'Sure 🎉. ' } }), [{
    field: '0/content',
    name: '',
    sent: 'Sure 🎉. ',
    pending: 'We guarantee it.',
    skip: 8,
    marks: [{ start: 10, end: 19, number: 2 }],
  }]);
});

Deno.test('several fields are named, what nobody reads is left out', () => {
  const given = {
    ...card('a', 'One'),
    pending: {
      '0/logprobs': 'x',
      '0/tool_calls/0/arguments': '{}',
      '1/content': 'Two',
      '0/content': 'One',
    },
  };
  deepEqual(passages(given).map((passage) => passage.name), [
    'answer',
    'Choice 2: answer',
    'tool call 1, arguments',
  ]);
  deepEqual(Object.keys(firstTexts(given)), ['0/tool_calls/0/arguments', '1/content', '0/content']);
});

Deno.test('of a tool call one reads what is called before with what', () => {
  const all = ['10', '2', '0'].flatMap((call) => [
    [`0/tool_calls/${call}/arguments`, '{}'],
    [`0/tool_calls/${call}/id`, 'call'],
    [`0/tool_calls/${call}/name`, 'refund'],
  ]);
  const given = { ...card('a', ''), pending: Object.fromEntries([...all, ['0/content', 'So:']]) };
  deepEqual(passages(given).map(({ field }) => field.replace('0/tool_calls/', '')), [
    '0/content',
    ...['0/name', '0/arguments', '0/id', '2/name', '2/arguments', '2/id'],
    ...['10/name', '10/arguments', '10/id'],
  ]);
});

Deno.test('where nothing waits yet, the answer itself can be written', () => {
  deepEqual(firstTexts(card('a', '')), { '0/content': '' });
});

Deno.test('fields are called as people call them', () => {
  equal(nameOf('0/reasoning_content'), 'reasoning content');
  equal(nameOf('2/tool_calls/1/name'), 'Choice 3: tool call 2, name');
  equal(nameOf('0/function_call/arguments'), 'function call, arguments');
});

Deno.test('words that were held back are words: no tool call, and nothing of a form', () => {
  const given = {
    ...card('a', ' guarantee it.'),
    pending: {
      '0/tool_calls/0/arguments': '{"amount": 240}',
      '1/content': '{"answer": 1}',
      '0/content': ' guarantee it.',
    },
    schemas: { '1/content': {} },
  };
  equal(words(given), ' guarantee it.');
});
