import { deepEqual, equal } from 'node:assert/strict';
import { shelf } from './desks.ts';
import { Outbox, unseen, type Waiting } from './outbox.ts';

Deno.test('a command without an answer outlives a reload, in order', () => {
  const place = shelf();
  const before = new Outbox(place, () => 0);
  before.add('1', { do: 'undo', hold: 'a' });
  before.add('2', { do: 'next' });
  const after = new Outbox(place, () => 1000);
  deepEqual(after.waiting.map((one) => [one.id, one.cmd.do]), [['1', 'undo'], ['2', 'next']]);
});

const texts = (all: readonly Waiting[]) => all.map(({ cmd }) => cmd.do === 'say' ? cmd.text : '');

Deno.test('an answer takes its command out, once', () => {
  const place = shelf();
  const box = new Outbox(place, () => 0);
  box.add('1', { do: 'next' });
  equal(box.take('1')?.cmd.do, 'next');
  equal(box.take('1'), undefined);
  deepEqual(new Outbox(place, () => 0).waiting, []);
});

Deno.test('a command that waited too long is not sent, and is told', () => {
  let now = 0;
  const box = new Outbox(shelf(), () => now);
  box.add('old', { do: 'next' });
  now = 100_000;
  box.add('new', { do: 'next' });
  now = 121_000;
  deepEqual(box.takeStale().map((one) => one.id), ['old']);
  deepEqual(box.waiting.map((one) => one.id), ['new']);
});

Deno.test('what was said too long ago is late: neither sent again nor given up, also after a reload', () => {
  const place = shelf();
  const before = new Outbox(place, () => 0);
  before.add('1', { do: 'say', conversation: 'c', epoch: 1, text: 'Hello.' });
  before.add('2', { do: 'say', conversation: 'd', epoch: 1, text: 'Bye.' });
  before.add('3', { do: 'next' });
  deepEqual(before.takeLate('c'), []);
  deepEqual(new Outbox(place, () => 121_000).takeStale().map((one) => one.id), ['3']);
  const after = new Outbox(place, () => 121_000);
  deepEqual(after.waiting.map(({ id, late }) => [id, late]), [['1', true], ['2', true]]);
  deepEqual(texts(after.takeLate('c')), ['Hello.']);
  deepEqual(texts(after.takeLate('c')), []);
  deepEqual(texts(after.waiting), ['Bye.']);
});

Deno.test('what was said is shown as sending until it is in the transcript, and never twice', () => {
  const box = new Outbox(shelf(), () => 0);
  const say = (text: string) => ({ do: 'say', conversation: 'c', epoch: 1, text }) as const;
  const message = (seq: number, text: string, author = 'human') => (
    { id: `m${seq}`, seq, author, name: 'Ana', text, at: 0, delivered: false }
  );
  box.add('1', say('Hello.'), 4);
  box.add('2', { do: 'next' });
  deepEqual(texts(unseen(box.waiting, 'another', [])), []);
  const before = [message(4, 'Hello.'), message(5, 'Hello.', 'customer')];
  deepEqual(texts(unseen(box.waiting, 'c', before)), ['Hello.']);
  deepEqual(texts(unseen(box.waiting, 'c', [...before, message(6, 'Hello.')])), []);
});

Deno.test('the same words twice are two messages', () => {
  const box = new Outbox(shelf(), () => 0);
  for (const id of ['1', '2']) {
    box.add(id, { do: 'say', conversation: 'c', epoch: 1, text: 'Hello?' });
  }
  const first = { id: 'm1', seq: 1, author: 'human', name: 'Ana', text: 'Hello?', at: 0 };
  const messages = [{ ...first, delivered: false }];
  deepEqual(unseen(box.waiting, 'c', messages).map(({ id }) => id), ['2']);
});
