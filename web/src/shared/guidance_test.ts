import { deepEqual, equal } from 'node:assert/strict';
import { blocks } from './guidance.ts';

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

Deno.test('everything else is text', () => {
  const text =
    '[x](javascript:alert(1)) ![y](https://evil.example) <img src=x onerror=alert(1)> 2 * 3';
  equal(blocks(text)[0]?.lines[0]?.map((run) => run.text).join(''), text);
  equal(blocks(text)[0]?.lines[0]?.every((run) => run.kind === 'text'), true);
  deepEqual(blocks(''), []);
});
