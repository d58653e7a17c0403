import { alike, changes } from './worddiff.ts';

function shown(before: string, after: string): string {
  return changes(before, after).map(({ kind, text }) =>
    kind === 'same' ? text : kind === 'added' ? `+${text}+` : `-${text}-`
  ).join('');
}

function equal(found: unknown, wanted: unknown) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
  }
}

Deno.test('what differs is told word by word', () => {
  equal(shown('within 90 days', 'within 30 days'), 'within -90-+30+ days');
  equal(shown('Yes.', 'Yes.'), 'Yes.');
  equal(shown('', 'New.'), '+New.+');
  equal(shown('Old.', ''), '-Old.-');
});

Deno.test('neighbouring changes are one, with the blanks between them', () => {
  equal(
    shown('we guarantee a refund', 'you may return it'),
    '-we guarantee a refund-+you may return it+',
  );
  equal(shown('a b c', 'a x y'), 'a -b c-+x y+');
});

Deno.test('both texts can be read from what is told', () => {
  const pairs = [
    ['One two three.', 'Two three, four.'],
    ['äöü 天天 😀 x', '天 😀 y x'],
    ['  a  b ', 'b  a'],
    ['w '.repeat(400), 'v '.repeat(400)],
  ] as const;
  for (const [before, after] of pairs) {
    const told = changes(before, after);
    const read = (kind: string) =>
      told.filter((one) => one.kind === 'same' || one.kind === kind).map(({ text }) => text).join(
        '',
      );
    equal(read('removed'), before);
    equal(read('added'), after);
  }
});

Deno.test('a text of its own is no change of another one', () => {
  equal(alike(changes('You have 90 days.', 'You have 30 days.')), true);
  equal(alike(changes('You have 90 days.', 'Sorry, I cannot say. Ask, please!')), false);
  equal(alike(changes('', 'All of it.')), true);
});

Deno.test('very long texts differ as a whole, at once', () => {
  equal(changes('a '.repeat(5000), 'b '.repeat(5000)).length, 2);
});
