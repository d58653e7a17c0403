import { deepEqual, equal } from 'node:assert/strict';
import { address, type Looking, read, streams } from './looking.ts';

Deno.test('an address leads back to what was looked at', () => {
  const examples: Looking[] = [
    { at: 'hold', id: 'hold_1' },
    { at: 'conv', id: 'a/b+c#d', hold: 'hold/2' },
    { at: 'conv', id: 'conv_1' },
  ];
  for (const looking of examples) deepEqual(read(address(looking)), looking);
  equal(read(address(null)), null);
});

Deno.test('any other address leads nowhere', () => {
  for (const hash of ['', '#', '#hold:', '#queue', '#hold:%E0%A4%A', 'hold:1', '#conv:a/b/c']) {
    equal(read(hash), null);
  }
});

Deno.test('what no stream can be called leads nowhere either', () => {
  for (
    const id of ['%20x', '%3Cimg src=x%3E', 'x'.repeat(201), '%F0%9F%90%A6', '%00', 'a%E2%80%AE']
  ) {
    equal(read(`#hold:${id}`), null);
    equal(read(`#conv:c/${id}`), null);
  }
});

Deno.test('a conversation that was taken over is followed with its hold', () => {
  deepEqual(streams({ at: 'conv', id: 'c', hold: 'h' }), ['conv:c', 'hold:h']);
  deepEqual(streams({ at: 'hold', id: 'h' }), ['hold:h']);
  deepEqual(streams(null), []);
});
