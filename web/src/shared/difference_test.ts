import { deepEqual, equal } from 'node:assert/strict';
import { alike, applied, type Change, difference, hunks, pieces } from './difference.ts';

const shown = (changes: readonly Change[]) =>
  changes.map(({ kind, text }) => ({ same: text, gone: `[-${text}-]`, new: `{+${text}+}` })[kind])
    .join('');

Deno.test('a changed word is shown as gone and new, the rest as it was', () => {
  equal(
    shown(difference('within 90 days, sure', 'within 30 days, sure')),
    'within [-90-]{+30+} days, sure',
  );
});

Deno.test('words that were added or taken away stand alone', () => {
  equal(shown(difference('We refund.', 'We gladly refund.')), 'We {+gladly +}refund.');
  equal(shown(difference('We gladly refund.', 'We refund.')), 'We [-gladly -]refund.');
});

Deno.test('neighbouring changes are one', () => {
  equal(
    shown(difference('a full refund now', 'an honest look now')),
    '[-a full refund-]{+an honest look+} now',
  );
});

Deno.test('a word that stayed divides changes, whatever blanks would fit', () => {
  equal(
    shown(difference('guarantee a full refund, whatever.', 'will refund what is due.')),
    '[-guarantee a full-]{+will+} refund[-, whatever-]{+ what is due+}.',
  );
});

Deno.test('numbers with a point and words with an apostrophe are whole', () => {
  deepEqual(pieces("it's 1.500,20 €"), ["it's", ' ', '1.500,20', ' ', '€']);
});

Deno.test('nothing, everything, and very much', () => {
  deepEqual(difference('', ''), []);
  equal(shown(difference('', 'new')), '{+new+}');
  equal(shown(difference('old', '')), '[-old-]');
  const long = (word: string) => Array.from({ length: 3000 }, (_, at) => word + at).join(' ');
  equal(difference(`x ${long('a')} y`, `x ${long('b')} y`).length, 4);
});

Deno.test('both texts can be read off any difference', () => {
  const texts = ['', 'a', 'a b c', 'c b a', 'a  b', 'We pay 5 €, no more.', 'We pay 50 €!', '\n\n'];
  for (const before of texts) {
    for (const after of texts) {
      const found = difference(before, after);
      const read = (...kinds: string[]) =>
        found.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text).join('');
      equal(read('same', 'gone'), before);
      equal(read('same', 'new'), after);
      equal(applied(found, () => true), after);
      equal(applied(found, () => false), before);
    }
  }
});

Deno.test('hunks are taken one by one', () => {
  const found = difference('one 2 three 4 five', 'one 20 three 40 five');
  equal(hunks(found).filter(({ number }) => number !== null).length, 2);
  equal(applied(found, (hunk) => hunk === 1), 'one 2 three 40 five');
});

Deno.test('a text of its own is no change of another one', () => {
  equal(alike(difference('You have 90 days.', 'You have 30 days.')), true);
  equal(alike(difference('You have 90 days.', 'Sorry, I cannot say. Ask, please!')), false);
  equal(alike(difference('', 'All of it.')), true);
});
