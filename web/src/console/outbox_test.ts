import { deepEqual, equal } from 'node:assert/strict';
import { shelf } from './desks.ts';
import { Outbox, unseen } from './outbox.ts';

Deno.test('a command without an answer outlives a reload, in order', () => {
  const place = shelf();
  const before = new Outbox(place, () => 0);
  before.add('1', { do: 'undo', hold: 'a' });
  before.add('2', { do: 'next' });
  const after = new Outbox(place, () => 1000);
  deepEqual(after.waiting.map((one) => [one.id, one.cmd.do]), [['1', 'undo'], ['2', 'next']]);
});

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

Deno.test('what was said is shown as sending until it is in the transcript, and never twice', () => {
  const box = new Outbox(shelf(), () => 0);
  const say = (text: string) => ({ do: 'say', conversation: 'c', epoch: 1, text }) as const;
  const message = (seq: number, text: string, author = 'human') => (
    { id: `m${seq}`, seq, author, name: 'Ana', text, at: 0, delivered: false }
  );
  box.add('1', say('Hello.'), 4);
  box.add('2', { do: 'next' });
  deepEqual(unseen(box.waiting, 'another', []), []);
  const before = [message(4, 'Hello.'), message(5, 'Hello.', 'customer')];
  deepEqual(unseen(box.waiting, 'c', before), ['Hello.']);
  deepEqual(unseen(box.waiting, 'c', [...before, message(6, 'Hello.')]), []);
});
