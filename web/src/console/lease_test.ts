import { equal } from 'node:assert/strict';
import { sitting } from './lease.ts';

Deno.test('who does nothing is asked before a claim is let go', () => {
  equal(sitting(0), 'here');
  equal(sitting(89.9), 'here');
  equal(sitting(90), 'asked');
  equal(sitting(119), 'asked');
  equal(sitting(120), 'gone');
});
