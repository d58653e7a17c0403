import { deepEqual, equal } from 'node:assert/strict';
import { filled, inLanguage, languages } from './canned.ts';

const HELLO = { name: 'hello', texts: { en: 'Hello', de: 'Hallo' } };
const PLAIN = { name: 'plain', texts: { default: 'Hi' } };

Deno.test('a reply is in the wanted language, or in one there is', () => {
  equal(inLanguage(HELLO, 'de'), 'Hallo');
  equal(inLanguage(HELLO, 'fr'), 'Hello');
  equal(inLanguage(PLAIN, 'de'), 'Hi');
  deepEqual(languages([HELLO, PLAIN]), ['en', 'de']);
});

Deno.test('what is known is filled in, what is not stays to be seen', () => {
  const known = { 'customer.name': 'Jo', 'agent.name': 'Ana' };
  equal(
    filled('{customer.name}, {agent.name}; {customer.tier}', known),
    'Jo, Ana; {customer.tier}',
  );
  equal(filled('{"json": 1} {x}', known), '{"json": 1} {x}');
});
