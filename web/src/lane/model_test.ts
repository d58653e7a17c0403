import { deepEqual, equal } from 'node:assert/strict';
import { KEYS as ON_THE_CONSOLE } from '../console/registry.ts';
import { card, key, review, server, settled, shelf } from './fake_server.ts';
import { KEYS, pressed } from './keys.ts';
import { Lane } from './model.ts';

Deno.test('one key per answer: the next one opens by itself', async () => {
  const { lane, commands } = server('turn_1', 'turn_2', 'turn_3');
  await lane.begin();
  for (const press of ['j', 'f', 'x']) {
    pressed(lane, key(press));
    await settled();
  }
  deepEqual(commands.map(({ answer, verdict }) => [answer, verdict]), [
    ['turn_1', 'fine'],
    ['turn_2', 'wrong'],
  ]);
  equal(lane.card.value?.review.id, 'turn_3');
  equal(lane.rows.value.length, 1);
});

Deno.test('a correction begins with the words of the answer; bare keys are words meanwhile', async () => {
  const { lane, commands } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  pressed(lane, key('c'));
  equal(lane.text.value, 'The text of turn_1');
  pressed(lane, key('f', 'TEXTAREA'));
  pressed(lane, key('Enter', 'TEXTAREA'));
  await settled();
  deepEqual(commands, []);
  lane.text.value = 'It is green.';
  pressed(lane, key('Enter', 'TEXTAREA', true));
  await settled();
  deepEqual(commands.map(({ verdict, text }) => [verdict, text]), [['correct', 'It is green.']]);
  equal(lane.card.value, null);
});

Deno.test('a refusal is said and nothing is lost', async () => {
  const { lane, refuses } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  refuses('Ana has reviewed it: fine');
  lane.correct();
  lane.text.value = 'Mine.';
  await lane.say('correct');
  equal(lane.problem.value, 'Ana has reviewed it: fine.');
  equal(lane.text.value, 'Mine.');
});

Deno.test('who may not is told so', async () => {
  const fetch = () => Promise.resolve(Response.json({}, { status: 403 }));
  const lane = new Lane({ fetch, visible: () => true, kept: shelf() });
  await lane.begin();
  equal(lane.standing.value, 'not_allowed');
});

Deno.test('what the checks object to is sent when it is sent again, and not otherwise', async () => {
  const { lane, commands, refuses } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  lane.correct();
  lane.text.value = 'We guarantee it.';
  refuses('the checks would stop this text, too', 'warned');
  await lane.say('correct');
  equal(lane.meant(), true);
  equal(lane.problem.value.startsWith('The checks would stop this text, too.'), true);
  lane.text.value = 'We promise it.';
  equal(lane.meant(), false);
  refuses('');
  lane.text.value = 'We guarantee it.';
  await lane.say('correct');
  deepEqual(commands.map(({ text, anyway }) => [text, anyway]), [['We guarantee it.', true]]);
});

Deno.test('the words of a colleague confirm, changed ones and my own do not', async () => {
  const by = (id: string) => ({ ...review('turn_1'), proposed_by: { id, name: id } });
  const { lane } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  for (const [who, text, confirms] of [['ben', 'Green.', true], ['me', 'Green.', false]] as const) {
    lane.card.value = { ...card('turn_1'), review: by(who), proposed: text };
    lane.text.value = null;
    lane.correct();
    equal(lane.text.value, text);
    equal(lane.confirms(), confirms);
    lane.text.value = 'Red.';
    equal(lane.confirms(), false);
  }
});

Deno.test('a key that is held down reviews one answer; the list may be run along', async () => {
  const { lane, commands } = server('turn_1', 'turn_2', 'turn_3');
  const held = { repeat: true };
  await lane.begin();
  await lane.open('turn_1');
  pressed(lane, key('f'));
  await settled();
  for (const name of ['f', 'x', 'c', 'Escape']) pressed(lane, key(name, 'BODY', false, held));
  await settled();
  deepEqual(commands.map(({ answer }) => answer), ['turn_1']);
  equal(lane.card.value?.review.id, 'turn_2');
  equal(lane.text.value, null);
  pressed(lane, key('j', 'BODY', false, held));
  await settled();
  equal(lane.card.value?.review.id, 'turn_3');
});

Deno.test('what an input method is composing is no key, and a correction is sent once', async () => {
  const { lane, commands } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  lane.correct();
  pressed(lane, key('Escape', 'TEXTAREA', false, { isComposing: true }));
  pressed(lane, key('Enter', 'TEXTAREA', true, { isComposing: true }));
  pressed(lane, key('Enter', 'TEXTAREA', true, { repeat: true }));
  await settled();
  deepEqual(commands, []);
  equal(lane.text.value, 'The text of turn_1');
});

Deno.test('Escape gives a correction up in its own box only', async () => {
  const { lane } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  lane.correct();
  pressed(lane, key('Escape', 'INPUT'));
  equal(lane.text.value, 'The text of turn_1');
  pressed(lane, key('Escape', 'TEXTAREA'));
  equal(lane.text.value, null);
  equal(lane.card.value?.review.id, 'turn_1');
});

Deno.test('what a colleague was faster to say is overturned by saying it once more', async () => {
  const { lane, commands, refuses, reviewed } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  lane.note.value = 'Mine.';
  reviewed('turn_1');
  refuses('Ana has reviewed it', 'already_reviewed', { by: 'Ana', verdict: 'fine' });
  await lane.say('wrong');
  equal(lane.problem.value.startsWith('Ana was first, and said: fine.'), true);
  equal(lane.note.value, 'Mine.');
  refuses('');
  await lane.say('wrong');
  deepEqual(commands.map(({ verdict, again }) => [verdict, again]), [['wrong', true]]);
});

Deno.test('keys are usually those of the console where it has them, and can be others here', async () => {
  for (const { id, key } of KEYS) {
    const there = ON_THE_CONSOLE.find((one) => one.id === id);
    equal(there?.key ?? key, key);
  }
  const { lane } = server('turn_1', 'turn_2');
  await lane.begin();
  lane.keys.learn(KEYS);
  lane.keys.set({ down: 'v' });
  pressed(lane, key('j'));
  await settled();
  equal(lane.chosen.value, '');
  pressed(lane, key('v'));
  await settled();
  equal(lane.card.value?.review.id, 'turn_1');
  equal(lane.keys.clash({ fine: 'v' })?.id, 'down');
  equal(lane.keys.clash({ fine: 'y' }), undefined);
});

Deno.test('single letters can be switched off, and rest under the sheet', async () => {
  const { lane, commands } = server('turn_1');
  await lane.begin();
  await lane.open('turn_1');
  pressed(lane, key('?'));
  equal(lane.sheet.value, true);
  pressed(lane, key('f'));
  pressed(lane, key('Escape'));
  pressed(lane, key('?'));
  equal(lane.sheet.value, false);
  lane.keys.switchOff(true);
  pressed(lane, key('f'));
  await settled();
  deepEqual(commands, []);
  equal(lane.card.value?.review.id, 'turn_1');
  lane.keys.switchOff(false);
  pressed(lane, key('f'));
  await settled();
  equal(commands.length, 1);
});

Deno.test('while a correction is written there is no other verdict, wherever the focus is', async () => {
  const { lane, commands } = server('turn_1', 'turn_2');
  await lane.begin();
  await lane.open('turn_1');
  pressed(lane, key('c'));
  lane.text.value = 'A long correction.';
  for (const name of ['f', 'x']) pressed(lane, key(name, 'BUTTON'));
  await settled();
  deepEqual([commands, lane.text.value, lane.chosen.value], [[], 'A long correction.', 'turn_1']);
  pressed(lane, key('Escape', 'TEXTAREA'));
  pressed(lane, key('x', 'BUTTON'));
  await settled();
  deepEqual(commands.map(({ verdict }) => verdict), ['wrong']);
});
