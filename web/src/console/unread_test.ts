import { deepEqual, equal } from 'node:assert/strict';
import type { MessageView, Talk } from '../shared/protocol.gen.ts';
import { mine, unread, waiting } from './unread.ts';
import { ANA, conversation, message } from './examples.ts';
import { UNKNOWN } from './state.ts';

const person = (seq: number, delivered = true): MessageView => ({
  ...message(`p${seq}`, seq),
  author: 'human',
  delivered,
});
const talk = (...messages: MessageView[]): Talk => ({
  conversation: conversation('c'),
  messages,
  notes: [],
});

Deno.test('unread is what the customer said since I looked, or since a person answered', () => {
  equal(unread(undefined, 0), 0);
  equal(unread(talk(message('a', 1), message('b', 2)), 0), 2);
  equal(unread(talk(message('a', 1), message('b', 2)), 1), 1);
  equal(unread(talk(message('a', 1), person(2), message('b', 3)), 0), 1);
  equal(unread(talk(message('a', 1), person(2)), 0), 0);
});

Deno.test('a customer waits since their first message that nobody answered', () => {
  deepEqual(waiting(talk(message('a', 1), person(2), message('b', 3), message('c', 4))), {
    for: 'person',
    since: 1003,
    gone: false,
  });
  deepEqual(waiting(talk(person(1))), { for: 'customer', gone: false });
  deepEqual(waiting(talk()), { for: 'person', since: 0, gone: false });
});

Deno.test('a message that did not arrive says that the customer has gone', () => {
  deepEqual(waiting(talk(message('a', 1), person(2, false))), { for: 'customer', gone: true });
});

Deno.test('a customer who left without an answer is said to be gone', () => {
  deepEqual(waiting(talk(message('a', 1)), false), { for: 'person', since: 1001, gone: true });
});

Deno.test('mine are those that I speak in', () => {
  const ben = conversation('b', { owner: { id: 'ben', name: 'Ben' } });
  const found = new Map([['a', conversation('a')], ['b', ben]]);
  const state = { ...UNKNOWN, me: ANA, conversations: found };
  deepEqual(mine(state).map(({ id }) => id), ['a']);
});
