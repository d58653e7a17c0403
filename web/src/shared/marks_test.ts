import { deepEqual, equal } from 'node:assert/strict';
import { codePoints, stretches } from './marks.ts';

const shown = (...given: Parameters<typeof stretches>) =>
  stretches(...given).map(({ text, numbers }) => (numbers.length ? `[${numbers}:${text}]` : text));

Deno.test('a text without marks is one stretch', () => {
  deepEqual(stretches('Hello', []), [{ text: 'Hello', numbers: [], begins: [] }]);
  deepEqual(stretches('', []), []);
});

Deno.test('marks cut the text', () => {
  deepEqual(shown('dry at 90 °C.', [{ start: 7, end: 12, number: 1 }]), [
    'dry at ',
    '[1:90 °C]',
    '.',
  ]);
});

Deno.test('marks overlap and each number is written once, where it begins', () => {
  const marks = [{ start: 0, end: 4, number: 1 }, { start: 2, end: 6, number: 2 }];
  deepEqual(shown('abcdef', marks), ['[1:ab]', '[1,2:cd]', '[2:ef]']);
  deepEqual(stretches('abcdef', marks).map((stretch) => stretch.begins), [[1], [2], []]);
});

Deno.test('offsets count code points, as Python does', () => {
  equal(codePoints('🎉a'), 2);
  deepEqual(shown('🎉🎉 code CEO90', [{ start: 8, end: 13, number: 1 }]), [
    '🎉🎉 code ',
    '[1:CEO90]',
  ]);
});

Deno.test('offsets count from the beginning of the answer, which may be sent already', () => {
  deepEqual(shown('Then dry at 90.', [{ start: 22, end: 24, number: 1 }], 10), [
    'Then dry at ',
    '[1:90]',
    '.',
  ]);
});

Deno.test('a mark in the part that is sent, or beyond what is written, marks nothing here', () => {
  deepEqual(
    shown('abc', [{ start: 0, end: 5, number: 1 }, { start: 40, end: 50, number: 2 }], 10),
    ['abc'],
  );
  deepEqual(shown('abc', [{ start: 8, end: 12, number: 1 }], 10), ['[1:ab]', 'c']);
});
