import { deepEqual, equal } from 'node:assert/strict';
import { matching, type Snippet, written } from './snippets.ts';

const snippet = (name: string): Snippet => ({ name, text: name, canned: false });
const ALL = ['agent.name', 'customer.name', 'postcode', 'who-you-are', 'rename'].map(snippet);

const names = (word: string) => matching(ALL, word).map(({ name }) => name);

Deno.test('the name goes from the key to the cursor, and ends with a blank', () => {
  equal(written('Hi ;na', 4, 6, 6), 'na');
  equal(written('Hi ;', 4, 4, 4), '');
  equal(written('Hi ;na me', 4, 9, 9), null);
  equal(written('Hi ;)', 4, 5, 5), null);
  equal(written('Hi ', 4, 3, 3), null);
  equal(written('Hi ;na', 4, 4, 6), null);
  equal(written(';größe', 1, 6, 6), 'größe');
});

Deno.test('what has these letters in its name is offered, what begins with them first', () => {
  deepEqual(names('name'), ['agent.name', 'customer.name', 'rename']);
  deepEqual(names('na'), ['agent.name', 'customer.name', 'rename']);
  deepEqual(names('POST'), ['postcode']);
  deepEqual(names('you'), ['who-you-are']);
  deepEqual(names('x'), []);
  equal(names('').length, ALL.length);
});

Deno.test('of very many the first are offered', () => {
  const many = Array.from({ length: 30 }, (_, at) => snippet(`reply-${at}`));
  equal(matching(many, 'reply').length, 6);
});
