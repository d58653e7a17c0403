import { deepEqual, equal } from 'node:assert/strict';
import { Outbox, type Shelf } from './outbox.ts';

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

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
