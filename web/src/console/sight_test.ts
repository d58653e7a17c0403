import { deepEqual, equal } from 'node:assert/strict';
import type { AnyCommand, ErrorView } from '../shared/protocol.gen.ts';
import { card } from './examples.ts';
import { Sight } from './sight.ts';

const APPROVE: AnyCommand = { do: 'decide', hold: 'a', action: 'approve', version: 1 };
const refused = (code: string): ErrorView => ({ code, message: '', details: {} });

/** Somebody has decided about a card, and this is the answer. */
function answered(code: string, cmd = APPROVE) {
  const sight = new Sight();
  const shown = card('a', 'We');
  sight.commanded(cmd, new Map([['a', shown]]));
  return { sight, shown, overtaken: sight.answered(cmd, refused(code)) };
}

Deno.test('what was seen is kept where there is something else by now, until the card came', () => {
  for (const code of ['stale_version', 'stale_fence', 'stale_draft']) {
    const { sight, shown, overtaken } = answered(code);
    equal(overtaken, 'a');
    deepEqual(sight.overtaken.value, { seen: shown, fresh: false });
    equal(sight.came('b', 10), false);
    equal(sight.overtaken.value?.fresh, false);
    equal(sight.came('a', 10), true);
    equal(sight.came('a', 10), false);
    deepEqual(sight.overtaken.value, { seen: shown, fresh: true });
  }
});

Deno.test('a second tap a moment later was hardly meant for what changed', () => {
  const { sight } = answered('stale_draft');
  equal(sight.startles('a', 10), false); // what is shown is what was seen
  sight.came('a', 10);
  deepEqual([10, 10.9, 11].map((at) => sight.startles('a', at)), [true, true, false]);
  equal(sight.startles('b', 10), false);
  sight.close();
  equal(sight.startles('a', 10), false); // it was read
});

Deno.test('a colleague who confirms has seen a text as well', () => {
  equal(answered('stale_draft', { do: 'second', hold: 'a', agree: true }).overtaken, 'a');
});

Deno.test('for another reason, or of what was not looked at, nothing is kept', () => {
  equal(answered('claimed').overtaken, '');
  equal(answered('stale_version', { do: 'release', hold: 'a', fence: 1 }).overtaken, '');
  const sight = new Sight();
  sight.commanded(APPROVE, new Map());
  equal(sight.answered(APPROVE, refused('stale_version')), '');
});

Deno.test('it goes with the next decision about that hold, and when it was read', () => {
  const { sight, shown } = answered('stale_version');
  const before = sight.overtaken.value;
  sight.commanded({ ...APPROVE, hold: 'b' }, new Map([['b', card('b', 'We')]]));
  equal(sight.overtaken.value, before);
  sight.commanded(APPROVE, new Map([['a', shown]]));
  equal(sight.overtaken.value, null);
  equal(sight.answered(APPROVE, null), '');
  const other = answered('stale_version').sight;
  other.close();
  equal(other.overtaken.value, null);
});
