import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView, StepView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { edit, leaveEditor } from './editing.ts';
import { ANA, card } from './examples.ts';
import { meant } from './keys.ts';
import { isPuttingBack } from './putback.ts';
import { taken } from './state.ts';
import { step } from './trail.ts';

const MINE: Partial<HoldView> = {
  state: 'claimed',
  claimed_by: { id: ANA.id, name: ANA.name },
  fence: 3,
};

function onCard(more: Partial<HoldView> = MINE): Desk {
  const desk = opened();
  desk.look({ at: 'hold', id: 'a' });
  desk.standing.value = 'live';
  hears(desk, more);
  return desk;
}

function hears(desk: Desk, more: Partial<HoldView>): void {
  const frame = { type: 'card_reset', stream: 'hold:a', card: card('a', 'We', more) } as const;
  desk.state.value = taken(desk.state.value, frame, 1000);
}

function press(desk: Desk, ...keys: string[]): void {
  const more = { ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false };
  for (const key of keys) meant({ key, ...more }, desk, false)?.run(desk);
}

const sent = (desk: Desk) => desk.waiting.value.map(({ cmd }) => cmd);
const asked = (desk: Desk) => isPuttingBack(desk, desk.state.value.cards.get('a')!.hold);
const released = (because: string, fence = 3) => ({ do: 'release', hold: 'a', fence, because });

Deno.test('only a reason puts it back', () => {
  const desk = onCard();
  press(desk, 'l');
  equal(asked(desk), true);
  press(desk, '9'); // there is no such reason
  deepEqual([sent(desk), asked(desk)], [[], true]);
  press(desk, '2');
  deepEqual([sent(desk), asked(desk)], [[released('not my language')], false]);
});

for (const key of ['Escape', 'l']) {
  Deno.test(`who did not mean it keeps it: ${key}`, () => {
    const desk = onCard();
    press(desk, 'l', key);
    equal(asked(desk), false);
    press(desk, '2'); // a reason of a decision, as ever
    deepEqual([sent(desk), desk.why.of('a')], [[], ['number changed']]);
    deepEqual(desk.looking.value, { at: 'hold', id: 'a' });
  });
}

Deno.test('one question at a time: the last one that was asked', () => {
  const desk = onCard();
  press(desk, 'l', 'r');
  equal(asked(desk), false);
  equal(desk.asking.value?.why, 'reject');
  press(desk, 'l', '3');
  deepEqual(sent(desk), [released('other')]);
});

Deno.test('what is decided or taken away meanwhile is not asked about any more', () => {
  const decided = onCard();
  press(decided, 'l', 'a');
  equal(asked(decided), false);
  const lost = onCard();
  press(lost, 'l');
  hears(lost, { ...MINE, claimed_by: { id: 'dee', name: 'Dee' }, fence: 4 });
  equal(asked(lost), false);
  hears(lost, { ...MINE, fence: 5 });
  equal(asked(lost), false);
  press(lost, '1');
  deepEqual(sent(lost), []);
});

Deno.test('who leaves the editor keeps what they had, and gives back what only that claimed', () => {
  const had = onCard();
  edit(had);
  leaveEditor(had);
  deepEqual(sent(had), []);
  const looked = onCard({ fence: 2 });
  edit(looked);
  hears(looked, MINE);
  leaveEditor(looked);
  deepEqual(sent(looked).at(-1), released(''));
  const again = onCard({ fence: 2 });
  edit(again);
  hears(again, { ...MINE, fence: 7 }); // it ran out, and next brought it once more
  leaveEditor(again);
  deepEqual(sent(again).map((cmd) => cmd.do), ['claim']);
});

Deno.test('the trail says who put it back, and why', () => {
  const by = { id: 'ben', name: 'Ben' };
  const told = (more: Partial<StepView>) =>
    step({ what: 'released', by, at: 1, ...more } as StepView, ANA.id);
  equal(told({ detail: 'not my field' }), 'Ben put it back: not my field');
  equal(told({ detail: 'words of another year' }), 'Ben put it back: words of another year');
  equal(told({ detail: '' }), 'Ben gave it back');
});
