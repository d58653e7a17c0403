import { deepEqual, equal } from 'node:assert/strict';
import type { AnyCommand } from '../shared/protocol.gen.ts';
import { say } from './acts.ts';
import * as among from './colleagues.ts';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { done } from './done.ts';
import { card, conversation } from './examples.ts';
import { append, returned, write } from './unsent.ts';

/** Ana's desk in a conversation that she speaks in. */
function speaking(): Desk {
  const talk = { conversation: conversation('c'), messages: [], notes: [] };
  const desk = opened({ type: 'talk_reset', stream: 'conv:c', seq: 1, talk });
  desk.look({ at: 'conv', id: 'c' });
  return desk;
}

function onCard(): Desk {
  const desk = opened({ type: 'card_reset', stream: 'hold:a', card: card('a', 'We') });
  desk.look({ at: 'hold', id: 'a' });
  return desk;
}

const last = (desk: Desk): AnyCommand => {
  const found = desk.waiting.value.at(-1);
  if (!found) throw new Error('nothing was commanded');
  return found.cmd;
};
const box = (desk: Desk) => desk.typed.of('c')?.['text'];

function says(desk: Desk, text: string): AnyCommand {
  desk.typed.put('c', { text });
  say(desk, text);
  return last(desk);
}

Deno.test('a message that was refused is in its box again', () => {
  const desk = speaking();
  const command = says(desk, 'My careful words.');
  equal(box(desk), undefined);
  equal(returned(desk, command), true);
  equal(box(desk), 'My careful words.');
});

Deno.test('several come back in their order, before what was written since', () => {
  const desk = speaking();
  const all = [says(desk, 'One.'), says(desk, 'Two.')];
  desk.typed.put('c', { text: 'Thr' });
  for (const each of all) returned(desk, each);
  equal(box(desk), 'One.\nTwo.\nThr');
});

Deno.test('and in their order whatever is written between two refusals', () => {
  const desk = speaking();
  const all = [says(desk, 'One,\n\none.'), says(desk, 'Two.'), says(desk, 'Three.')];
  for (const each of all) {
    returned(desk, each);
    write(desk, 'c', `${box(desk)}!`);
  }
  equal(box(desk), 'One,\n\none.!\nTwo.!\nThree.!');
});

Deno.test('what came back and was deleted has no place any more', () => {
  const desk = speaking();
  const all = [says(desk, 'One.'), says(desk, 'Two.')];
  for (const each of all) {
    returned(desk, each);
    write(desk, 'c', '');
    write(desk, 'c', 'New.');
  }
  returned(desk, says(desk, 'Three.'));
  equal(box(desk), 'Three.');
});

Deno.test('what is put into the box follows what is there', () => {
  const desk = speaking();
  append(desk, 'c', 'We guarantee it.');
  equal(box(desk), 'We guarantee it.');
  desk.typed.put('c', { text: 'Hello.' });
  append(desk, 'c', 'We guarantee it.');
  for (const _ of [1, 2]) { // a button that is pressed twice
    equal(box(desk), 'Hello.\nWe guarantee it.');
    append(desk, 'c', 'We guarantee it.');
  }
});

const SHEETS = [
  { sheet: 'note', name: 'note@conv_1', run: among.note },
  { sheet: 'escalate', name: 'escalate@a', run: among.escalate },
] as const;

for (const { sheet, name, run } of SHEETS) {
  Deno.test(`${sheet}: what was written stays, and the sheet too, until the server has it`, () => {
    const desk = onCard();
    desk.show(sheet);
    desk.typed.put(name, { text: 'Look at order 4471.' });
    run(desk, 'Look at order 4471.');
    deepEqual([desk.sheet.value, desk.typed.of(name)?.['text']], [sheet, 'Look at order 4471.']);
    equal(returned(desk, last(desk)), true);
    deepEqual([desk.sheet.value, desk.typed.of(name)?.['text']], [sheet, 'Look at order 4471.']);
    done(desk, last(desk), {});
    deepEqual([desk.sheet.value, desk.typed.of(name)], [null, undefined]);
  });
}

Deno.test('what was written after it was sent is not taken for it', () => {
  const desk = onCard();
  desk.typed.put('note@conv_1', { text: 'One.' });
  among.note(desk, 'One.');
  desk.typed.put('note@conv_1', { text: 'Two.' });
  desk.show('palette');
  done(desk, last(desk), {});
  deepEqual([desk.sheet.value, desk.typed.of('note@conv_1')?.['text']], ['palette', 'Two.']);
});

Deno.test('what the assistant was told is not told it twice', () => {
  const desk = speaking();
  desk.typed.put('note:c', { note: 'Photo is on its way.' });
  done(desk, { do: 'hand_back', conversation: 'c', epoch: 1, note: 'Photo is on its way.' }, {});
  equal(desk.typed.of('note:c'), undefined);
});
