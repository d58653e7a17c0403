import { deepEqual, equal } from 'node:assert/strict';
import type { HoldView, StepView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk as opened, quiet } from './desks.ts';
import { done } from './done.ts';
import { edit, leaveEditor } from './editing.ts';
import { ANA, card, hold } from './examples.ts';
import { meant } from './keys.ts';
import { isPuttingBack } from './putback.ts';
import { taken } from './state.ts';
import { step } from './trail.ts';

const MINE: Partial<HoldView> = {
  state: 'claimed',
  claimed_by: { id: ANA.id, name: ANA.name },
  fence: 3,
};

function onCard(more: Partial<HoldView> = MINE, desk = opened()): Desk {
  desk.look({ at: 'hold', id: 'a' });
  desk.standing.value = 'live';
  hears(desk, more);
  return desk;
}

/** Ana's desk, by this clock. */
function timed(now: () => number): Desk {
  const desk = quiet(now);
  desk.state.value = opened().state.value;
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

/** The server has done what was asked last. */
function answers(desk: Desk, body: unknown = null): void {
  const { id = '', cmd } = desk.waiting.value.at(-1) ?? {};
  desk.outbox.take(id);
  desk.waiting.value = desk.outbox.waiting;
  if (cmd) done(desk, cmd, body);
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
  answers(desk);
  equal(desk.notice.value?.problem, false);
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

Deno.test('a reason that is tapped twice is no reason for a decision, however fast the server is', () => {
  let time = 1000;
  const slow = onCard();
  press(slow, 'l', '1', '1');
  const fast = onCard(MINE, timed(() => time));
  press(fast, 'l', '1');
  answers(fast);
  hears(fast, { fence: 3 });
  time += 0.9;
  press(fast, '1');
  deepEqual([slow, fast].map((desk) => desk.why.of('a')), [[], []]);
  deepEqual(sent(slow), [released('not my field')]);
  press(fast, 'r');
  equal(fast.asking.value?.why, 'reject');
  deepEqual(sent(fast), []);
});

Deno.test('a moment later it is one, and nothing is undone by Escape that is not there', () => {
  let time = 1000;
  const desk = onCard(MINE, timed(() => time));
  press(desk, 'l', '1');
  answers(desk);
  desk.notice.value = null;
  hears(desk, { fence: 3 });
  time += 1;
  press(desk, '1');
  deepEqual(desk.why.of('a'), ['fine as it is']);
  press(desk, 'Escape');
  equal(desk.looking.value, null);
});

Deno.test('a reason that comes too late puts nothing back, and chooses none', () => {
  const desk = onCard();
  press(desk, 'l');
  hears(desk, { ...MINE, fence: 5 }); // it ran out, and was given anew
  press(desk, '2');
  deepEqual([sent(desk), desk.why.of('a')], [[], []]);
  press(desk, '2');
  deepEqual(desk.why.of('a'), ['number changed']);
});

Deno.test('Escape goes back at once where the question went with the claim', () => {
  const dee = { id: 'dee', name: 'Dee' };
  for (const more of [{ claimed_by: dee, fence: 4 }, { state: 'decided' }] as const) {
    for (const key of ['l', 'r']) {
      if (key === 'r' && !('state' in more)) continue; // that question stays
      const desk = onCard();
      press(desk, key);
      hears(desk, { ...MINE, ...more });
      press(desk, 'Escape');
      equal(desk.looking.value, null);
    }
  }
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
  answers(looked, hold('a', MINE));
  hears(looked, MINE);
  leaveEditor(looked);
  deepEqual(sent(looked).at(-1), released(''));
  answers(looked);
  equal(looked.notice.value, null); // nothing that the next Escape would close instead
  const again = onCard({ fence: 2 });
  edit(again);
  answers(again, hold('a', MINE));
  hears(again, { ...MINE, fence: 7 }); // it ran out, and next brought it once more
  leaveEditor(again);
  deepEqual(sent(again), []);
});

Deno.test('who leaves the editor before its claim is there gives that back when it comes', () => {
  const late = onCard({ fence: 2 });
  edit(late);
  answers(late, hold('a', MINE));
  leaveEditor(late); // its news is still on its way
  deepEqual(sent(late), [released('')]);
  for (const news of [true, false]) {
    const desk = onCard({ fence: 2 });
    edit(desk);
    if (news) hears(desk, MINE);
    leaveEditor(desk);
    deepEqual(sent(desk).map((cmd) => cmd.do), ['claim']);
    answers(desk, hold('a', MINE));
    deepEqual(sent(desk), [released('')]);
  }
  const back = onCard({ fence: 2 });
  edit(back);
  leaveEditor(back);
  edit(back); // they thought again: it is asked for once more
  answers(back, hold('a', MINE));
  deepEqual([sent(back).map((cmd) => cmd.do), back.editing.value], [['claim'], 'a']);
});

Deno.test('who opens the editor again while the claim goes back asks for it anew', () => {
  const desk = onCard({ fence: 2 });
  edit(desk);
  answers(desk, hold('a', MINE));
  hears(desk, MINE);
  leaveEditor(desk);
  edit(desk);
  deepEqual(sent(desk).map((cmd) => cmd.do), ['release', 'claim']);
});

Deno.test('the trail says who put it back, and why', () => {
  const by = { id: 'ben', name: 'Ben' };
  const told = (more: Partial<StepView>) =>
    step({ what: 'released', by, at: 1, ...more } as StepView, ANA.id);
  equal(told({ detail: 'not my field' }), 'Ben put it back: not my field');
  equal(told({ detail: 'words of another year' }), 'Ben put it back: words of another year');
  equal(told({ detail: '' }), 'Ben gave it back');
});
