import { equal } from 'node:assert/strict';
import { countdown } from './countdown.ts';

Deno.test('time left counts whole seconds that have begun', () => {
  equal(countdown(9_000), '0:09');
  equal(countdown(8_001), '0:09');
  equal(countdown(720_000), '12:00');
});

Deno.test('a long deadline shows its hours', () => {
  equal(countdown(3_900_000), '1:05:00');
});

Deno.test('a deadline that has passed shows zero, never a negative time', () => {
  equal(countdown(-5_000), '0:00');
});
