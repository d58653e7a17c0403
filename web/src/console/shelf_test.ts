import { deepEqual, equal } from 'node:assert/strict';
import { Outbox } from './outbox.ts';
import { parsed, patient } from '../shared/shelf.ts';
import { Typed } from './typed.ts';
import { shelf } from './desks.ts';

function full() {
  return {
    getItem: () => 'old',
    setItem: () => {
      throw new DOMException('no room', 'QuotaExceededError');
    },
  };
}

Deno.test('what a full place refuses is there as long as the page', () => {
  const kept = patient(full);
  equal(kept.getItem('key'), 'old');
  kept.setItem('key', 'new');
  equal(kept.getItem('key'), 'new');
});

Deno.test('so is what was written into a place that is closed to us', () => {
  const kept = patient(() => {
    throw new DOMException('not here', 'SecurityError');
  });
  equal(kept.getItem('key'), null);
  kept.setItem('key', 'new');
  equal(kept.getItem('key'), 'new');
});

Deno.test('where there is room again it is kept there', () => {
  const place = shelf();
  let room = false;
  const kept = patient(() => room ? place : full());
  kept.setItem('key', 'one');
  room = true;
  kept.setItem('key', 'two');
  deepEqual([kept.getItem('key'), place.getItem('key')], ['two', 'two']);
});

Deno.test('what somebody else wrote there is nothing', () => {
  deepEqual([parsed('{"a":1}'), parsed('{'), parsed(''), parsed(null)], [
    { a: 1 },
    null,
    null,
    null,
  ]);
  for (const odd of ['{', '7', 'null', '[]', '{"person":"ana","left":3}']) {
    const kept = shelf({ 'hitl-outbox': odd, 'hitl-typed': odd });
    const typed = new Typed(kept, kept, () => 1000);
    typed.begin('ana');
    typed.put('a', { text: 'Hello' });
    equal(typed.of('a')?.['text'], 'Hello');
    deepEqual(new Outbox(kept, () => 1000).waiting, []);
  }
});
