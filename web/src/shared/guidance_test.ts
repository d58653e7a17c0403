import { deepEqual, equal } from 'node:assert/strict';
import { blocks, unwrapped } from './guidance.ts';

const shown = (text: string) =>
  blocks(text).map((
    { kind, lines },
  ) => [kind, ...lines.map((runs) => runs.map((run) => `${run.kind}:${run.text}`).join('|'))]);

Deno.test('paragraphs keep their lines, lists their items', () => {
  deepEqual(shown('One\ntwo\n\nThree\n- a\n- b\nfour'), [
    ['paragraph', 'text:One', 'text:two'],
    ['paragraph', 'text:Three'],
    ['list', 'text:a', 'text:b'],
    ['paragraph', 'text:four'],
  ]);
});

Deno.test('strong, emphasis and code are runs', () => {
  deepEqual(shown('**R2** Speak of *unused* `cards`.'), [
    ['paragraph', 'strong:R2|text: Speak of |emphasis:unused|text: |code:cards|text:.'],
  ]);
});

Deno.test('a heading is a strong line of its own', () => {
  deepEqual(shown('One\n## Headphones ##\ntwo\n#no heading'), [
    ['paragraph', 'text:One'],
    ['paragraph', 'strong:Headphones'],
    ['paragraph', 'text:two', 'text:#no heading'],
  ]);
});

Deno.test('everything else is text', () => {
  const text =
    '[x](javascript:alert(1)) ![y](https://evil.example) <img src=x onerror=alert(1)> 2 * 3';
  equal(blocks(text)[0]?.lines[0]?.map((run) => run.text).join(''), text);
  equal(blocks(text)[0]?.lines[0]?.every((run) => run.kind === 'text'), true);
  deepEqual(blocks(''), []);
});

Deno.test('what was only wrapped is one line again', () => {
  equal(
    unwrapped('One\ntwo\n\n- a\n  more\n- b\n# Head\n1. first\n2. second\n'),
    'One two\n\n- a more\n- b\n# Head\n1. first\n2. second\n',
  );
});
