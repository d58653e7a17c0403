import { deepEqual, equal } from 'node:assert/strict';
import type { AnyCommand, AnyOutbound, ErrorView, HoldView } from '../shared/protocol.gen.ts';
import { back } from './acts.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { ANA, card } from './examples.ts';
import { overtaken, Sight } from './sight.ts';
import { taken } from './state.ts';

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
    equal(sight.shown('a'), null);
    equal(sight.came('b', 10), false);
    equal(sight.shown('a'), null);
    equal(sight.came('a', 10), true);
    equal(sight.came('a', 10), false);
    equal(sight.shown('a'), shown);
  }
});

Deno.test('a second tap a moment later was hardly meant for what changed', () => {
  const { sight } = answered('stale_draft');
  equal(sight.startles('a', 10), false); // what is shown is what was seen
  sight.came('a', 10);
  deepEqual([10, 10.9, 11].map((at) => sight.startles('a', at)), [true, true, false]);
  equal(sight.startles('b', 10), false);
  sight.close('a');
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
  sight.came('a', 10);
  sight.commanded({ ...APPROVE, hold: 'b' }, new Map([['b', card('b', 'We')]]));
  equal(sight.shown('a'), shown);
  sight.commanded(APPROVE, new Map([['a', shown]]));
  equal(sight.shown('a'), null);
  equal(sight.answered(APPROVE, null), '');
  const other = answered('stale_version').sight;
  other.came('a', 10);
  other.close('a');
  equal(other.shown('a'), null);
});

Deno.test('of two that were overtaken, each is kept until it was read', () => {
  const sight = new Sight();
  const both = ['a', 'b'];
  for (const hold of both) {
    sight.commanded({ ...APPROVE, hold }, new Map([[hold, card(hold, 'We')]]));
  }
  for (const hold of both) sight.answered({ ...APPROVE, hold }, refused('stale_version'));
  for (const hold of both) sight.came(hold, 10);
  sight.close('b');
  deepEqual(both.map((hold) => sight.shown(hold)?.hold.id), ['a', undefined]);
});

function reset(more: Partial<HoldView>): AnyOutbound {
  return { type: 'card_reset', stream: 'hold:a', card: card('a', 'We', more) };
}

/** Ana looks at what she approved too late; since then it is like this. */
function looking(more: Partial<HoldView>): Desk {
  const desk = opened(reset({}));
  desk.look({ at: 'hold', id: 'a' });
  desk.command(APPROVE);
  desk.sight.answered(APPROVE, refused('stale_version'));
  desk.state.value = taken(desk.state.value, reset(more), 1000);
  desk.sight.came('a', 1000);
  return desk;
}

Deno.test('one step back closes what the card shows, and only that', () => {
  const desk = looking({ version: 9 });
  equal(overtaken(desk)?.hold.version, 1);
  back(desk);
  equal(overtaken(desk), null);
  deepEqual(desk.looking.value, { at: 'hold', id: 'a' });
  back(desk);
  equal(desk.looking.value, null);
});

for (const more of [{ state: 'decided' }, { asked: [ANA.id] }] as const) {
  Deno.test(`nothing is shown, nor closed, where it is ${JSON.stringify(more)} by now`, () => {
    const desk = looking(more);
    equal(overtaken(desk), null);
    back(desk);
    equal(desk.looking.value, null);
  });
}
