import { deepEqual, equal } from 'node:assert/strict';
import { seen } from './window.ts';

Deno.test('a short list is drawn whole', () => {
  deepEqual(seen(0, 600, 64, 5), { first: 0, last: 5 });
});

Deno.test('of a long list only what is on the screen, and a little more', () => {
  deepEqual(seen(64_000, 640, 64, 5000), { first: 992, last: 1018 });
});

Deno.test('a list that became shorter while it was scrolled', () => {
  deepEqual(seen(64_000, 640, 64, 3), { first: 0, last: 3 });
});

Deno.test('before anything was measured there is something to measure', () => {
  equal(seen(0, 0, 64, 5000).last, 8);
});
