import { deepEqual, equal } from 'node:assert/strict';
import type { AnyCommand } from '../shared/protocol.gen.ts';
import { refused, wrongWith } from './misfit.ts';

const FIELD = '0/content';
const TEXT = '{"days":45}';
const edit = { do: 'decide', action: 'edit', hold: 'a', texts: { [FIELD]: TEXT } } as unknown;

const refuses = (details: Record<string, unknown>, cmd = edit) =>
  refused(cmd as AnyCommand, { code: 'invalid_text', message: 'no good', details });

Deno.test('what the server refuses in a form is said in words, at its field', () => {
  const says = (keyword: string, wanted: unknown = null) => {
    refuses({ field: FIELD, path: ['days', 0], keyword, wanted });
    return wrongWith('a', FIELD, TEXT)?.says;
  };
  deepEqual([says('maximum', 30), says('required'), says('type', 'integer'), says('enum')], [
    'This must be at most 30.',
    'This is needed.',
    'This must be a whole number.',
    'Choose one of what is offered.',
  ]);
  for (const [keyword, wanted] of [['maximum', 'x'], ['type', 'odd'], ['toString', 1]]) {
    equal(says(`${keyword}`, wanted), 'This does not fit what was asked for.');
  }
  equal(wrongWith('a', FIELD, TEXT)?.at, 'days');
});

Deno.test('the whole way to it is told', () => {
  const told = refuses({ field: FIELD, path: ['rows', 2, 'id'], keyword: 'required' });
  equal(told, '“rows › 2 › id”: This is needed.');
});

Deno.test('it is about that text of that hold, and no other', () => {
  refuses({ field: FIELD, path: ['days'], keyword: 'maximum', wanted: 30 });
  equal(wrongWith('a', FIELD, '{"days":30}'), null);
  equal(wrongWith('b', FIELD, TEXT), null);
  equal(wrongWith('a', '1/content', TEXT), null);
});

Deno.test('what has no place in a form is said as the server says it', () => {
  equal(refuses({ field: FIELD, path: [], keyword: 'additionalProperties' }), 'No good.');
  equal(refuses({}), 'No good.');
  equal(refuses({ field: FIELD, path: ['days'] }, { do: 'next' }), 'No good.');
});
