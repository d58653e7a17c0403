import { deepEqual, equal } from 'node:assert/strict';
import type { Card } from '../shared/protocol.gen.ts';
import { begins, command, correctable, correcting } from './correcting.ts';
import type { Desk } from './desk.ts';
import { desk } from './desks.ts';
import { correct, edit, startOver, useAnswer } from './editing.ts';
import { card } from './examples.ts';
import { helpers } from './helped.ts';
import { CONTENT } from './texts.ts';

const SENT = 'You have 90 days. ';
const REST = 'We pay.';

function half(more: Partial<Card> = {}): Card {
  return { ...card('a', REST), sent: { [CONTENT]: SENT }, ...more };
}

function editing(shown: Card): Desk {
  const made = desk({ type: 'card_reset', stream: 'hold:a', card: shown });
  made.look({ at: 'hold', id: 'a' });
  edit(made);
  return made;
}

const speaking = (language: string) => ({
  background: { ...half().background, customer: { language } },
});

const mark = (shown: Card) => {
  const desk = editing(shown);
  correct(desk);
  return correcting(desk, 'a');
};

Deno.test('what was sent of one plain answer can be corrected', () => {
  equal(correctable(half()), true);
  equal(correctable(half({ sent: {} })), false);
  equal(correctable(half({ sent: { [CONTENT]: '  ' } })), false);
  equal(correctable(half({ schemas: { [CONTENT]: {} } })), false);
  equal(correctable(half({ pending: { '1/content': 'Or so.' } })), false);
});

Deno.test('a correction is about the whole answer, and says so', () => {
  const desk = editing(half());
  deepEqual(command(desk, half()), {});
  deepEqual(begins(desk, half()), { [CONTENT]: REST });
  correct(desk);
  deepEqual(desk.typed.of('a'), { [CONTENT]: SENT + REST });
  deepEqual(begins(desk, half()), { [CONTENT]: SENT + REST });
  deepEqual(command(desk, half()), { corrects: 'Correction:' });
});

Deno.test('who changes their mind has their words for the rest again', () => {
  const desk = editing(half());
  desk.typed.put('a', { [CONTENT]: 'We pay half.' });
  correct(desk);
  desk.typed.put('a', { [CONTENT]: `${SENT}We pay a third.` });
  correct(desk);
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'We pay a third.' });
  correct(desk);
  desk.typed.put('a', { [CONTENT]: 'You have 30 days.' });
  correct(desk);
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'We pay a third.' });
  equal(correcting(desk, 'a'), null);
});

Deno.test('it is announced in the customer\u2019s language, or in that of the rules', () => {
  equal(mark(half(speaking('de-AT'))), 'Berichtigung:');
  equal(mark(half(speaking('Klingon'))), 'Correction:');
  const german = { ...half().hold, languages: ['de'] };
  equal(mark(half({ hold: german })), 'Berichtigung:');
});

Deno.test('a mark that was cleared is the usual one: a correction is never unannounced', () => {
  const desk = editing(half());
  correct(desk);
  desk.typed.put('corrects:a', { ...desk.typed.of('corrects:a'), mark: ' ' });
  deepEqual(command(desk, half()), { corrects: 'Correction:' });
});

Deno.test('who was not editing begins to, and finds the correction as it was left', () => {
  const desk = editing(half());
  desk.editing.value = null;
  correct(desk);
  equal(desk.editing.value, 'a');
  equal(correcting(desk, 'a'), 'Correction:');
  desk.editing.value = null;
  correct(desk);
  deepEqual([desk.editing.value, correcting(desk, 'a')], ['a', 'Correction:']);
});

Deno.test('what was never sent is not corrected', () => {
  const desk = editing(half({ sent: {} }));
  correct(desk);
  equal(correcting(desk, 'a'), null);
});

Deno.test('a whole answer that goes on from what was sent is used from there', () => {
  const desk = editing(half());
  useAnswer(desk, `${SENT}We pay half.`, 'rewritten');
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'We pay half.' });
  equal(correcting(desk, 'a'), null);
  deepEqual(helpers(desk, 'a'), ['rewritten']);
});

Deno.test('a whole answer that says something else corrects what was sent', () => {
  const desk = editing(half());
  useAnswer(desk, 'You have 30 days.', 'canned');
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'You have 30 days.' });
  deepEqual(command(desk, half()), { corrects: 'Correction:' });
  useAnswer(desk, 'You have 14 days.', 'rewritten');
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'You have 14 days.' });
  deepEqual(command(desk, half()), { corrects: 'Correction:' });
  deepEqual(helpers(desk, 'a'), ['canned', 'rewritten']);
  startOver(desk);
  deepEqual(helpers(desk, 'a'), []);
});

Deno.test('where nothing was sent an answer is used as it is', () => {
  const desk = editing(half({ sent: {} }));
  useAnswer(desk, 'You have 30 days.', 'rewritten');
  deepEqual(desk.typed.of('a'), { [CONTENT]: 'You have 30 days.' });
  equal(correcting(desk, 'a'), null);
});
