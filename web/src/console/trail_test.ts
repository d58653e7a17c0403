import { doesNotMatch, equal, match } from 'node:assert/strict';
import { speak } from '../text/languages.ts';
import { step } from './trail.ts';

const ana = { id: 'ana', name: 'Ana' };

Deno.test('every step says who did what', () => {
  const said = (what: string, detail = '', by: typeof ana | null = ana) =>
    step({ what, by, at: 0, detail }, 'me');
  equal(said('opened', '', null), 'held');
  equal(said('looked'), 'Ana looked at it');
  equal(said('claimed'), 'Ana claimed it');
  equal(said('proposed', 'edit'), 'Ana proposed to edit it');
  equal(said('undone'), 'Ana took that back');
  equal(said('given'), 'Ana gave it to a colleague');
  equal(said('hurried'), 'Ana sent it without waiting for an undo');
  equal(said('decided', 'take_over'), 'Ana took over');
  equal(said('revealed', 'wrong'), 'Ana thought “wrong”, then saw the scores');
  equal(said('rechecked', 'warned', null), 'the checks warn of the edit');
  equal(said('delivery', 'delivered', null), 'the customer has it');
  equal(said('delivery', 'delivering', null), 'on its way to the customer');
  equal(said('something_new'), 'Ana: something new');
});

Deno.test('you are you, and the server is no person', () => {
  equal(step({ what: 'looked', by: ana, at: 0, detail: '' }, 'ana'), 'you looked at it');
  const clock = { id: 'system:deadline', name: 'system:deadline' };
  const late = step({ what: 'decided', by: clock, at: 0, detail: 'fallback_text' }, 'ana');
  equal(late, 'the server sent the safe answer');
  const liar = { id: 'person_1', name: 'system:deadline' };
  const theirs = step({ what: 'decided', by: liar, at: 0, detail: 'reject' }, 'ana');
  equal(theirs, 'system:deadline rejected it');
});

/** Whatever the server records of a hold, with the details it has. */
const STEPS = [
  ...['opened', 'requeued', 'sunk', 'customer_left', 'customer_back', 'cancelled', 'opinion_asked'],
  ...['quarantined', 'looked', 'claimed', 'given', 'undone', 'hurried', 'withdrawn', 'seconded'],
  ...['declined', 'escalated', 'opinion_given', 'note', 'released', 'rechecked'],
  ...['released/not my field', 'rechecked/warned', 'revealed/wrong', 'delivery/delivered'],
  ...['approve', 'edit', 'reject', 'take_over'].flatMap((a) => [`proposed/${a}`, `decided/${a}`]),
  ...['decided/release', 'decided/fallback_text', 'decided/block'],
];

Deno.test('every step is a sentence, of others and of oneself, in both languages', async () => {
  const all = (me: string) =>
    STEPS.map((one) => {
      const [what = '', detail = ''] = one.split('/');
      return step({ what, by: ana, at: 0, detail }, me);
    });
  for (const said of [...all('me'), ...all('ana')]) doesNotMatch(said, /:(?! not my field)|_/);
  await speak(['de']);
  try {
    for (const said of all('me').filter((one) => one.includes('Ana'))) match(said, /^Ana hat /);
    for (const said of all('ana').filter((one) => one.includes('du'))) match(said, /^du hast /);
  } finally {
    await speak(['en']);
  }
});
