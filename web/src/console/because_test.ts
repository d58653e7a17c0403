import { deepEqual } from 'node:assert/strict';
import { guessed } from './because.ts';

const USUAL = ['number changed', 'date changed', 'promise removed', 'tone', 'shorter', 'more said'];
const guess = (before: string, after: string, offered = USUAL) =>
  guessed(offered, { '0/content': before }, { '0/content': after });

Deno.test('an edit says itself why it was made', () => {
  deepEqual(guess('within 90 days', 'within 30 days'), ['number changed']);
  deepEqual(guess('We guarantee a refund.', 'We look at it.'), ['promise removed']);
  deepEqual(guess('It comes on Tuesday.', 'It comes soon.'), ['date changed']);
  deepEqual(guess('Please send it in now.', 'Kindly send it in now.'), ['tone']);
  deepEqual(guess('One, two, three, four, five.', 'One.'), ['shorter']);
  deepEqual(guess('Yes.', 'Yes, if you like.'), ['more said']);
  deepEqual(guess('Same.', 'Same.'), []);
});

Deno.test("a rule's own words count, and only what is offered", () => {
  const own = ['fine as it is', 'wrong number of days', 'promise removed'];
  deepEqual(guess('guaranteed in 90 days', 'in 30 days', own), [
    'wrong number of days',
    'promise removed',
  ]);
  deepEqual(guess('Please come.', 'Kindly come.', own), []);
});
