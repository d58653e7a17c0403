import { deepEqual, equal } from 'node:assert/strict';
import { key, server, settled } from './fake_server.ts';
import { pressed } from './keys.ts';

/** Somebody who has said "fine" of the first and writes about the second while that is on its way. */
async function ahead(between: (made: ReturnType<typeof server>) => void = () => {}) {
  const made = server('turn_1', 'turn_2', 'turn_3');
  const { lane } = made;
  await lane.begin();
  await lane.open('turn_1');
  between(made);
  const way = Promise.withResolvers<void>();
  made.waits(way.promise);
  const said = lane.say('fine');
  await lane.open('turn_2');
  lane.correct();
  [lane.text.value, lane.note.value] = ['Mine.', 'why'];
  return { ...made, way, said };
}

Deno.test('what somebody writes about the next answer outlives the reply about the last', async () => {
  const { lane, way, said } = await ahead();
  way.resolve();
  await said;
  equal(lane.card.value?.review.id, 'turn_2');
  deepEqual([lane.text.value, lane.note.value, lane.problem.value], ['Mine.', 'why', '']);
  deepEqual(lane.rows.value.map(({ id }) => id), ['turn_2', 'turn_3']);
});

Deno.test('a refusal that comes late says of which answer it is', async () => {
  const { lane, way, said } = await ahead(({ refuses }) => refuses('Ana was first', 'warned'));
  way.resolve();
  await said;
  equal(lane.problem.value.startsWith('Of “The text of turn_1”: The checks'), true);
  deepEqual([lane.text.value, lane.warned.value], ['Mine.', null]);
});

Deno.test('a verdict that is lost on its way is told of its answer, too', async () => {
  const { lane, way, said } = await ahead();
  way.reject(new TypeError('offline'));
  await said;
  equal(
    lane.problem.value,
    'Of “The text of turn_1”: The server cannot be reached. Nothing was sent.',
  );
  equal(lane.text.value, 'Mine.');
});

Deno.test('a correction that is begun while a verdict is on its way is not lost with it', async () => {
  const { lane, commands, waits } = server('turn_1', 'turn_2');
  await lane.begin();
  await lane.open('turn_1');
  const way = Promise.withResolvers<void>();
  waits(way.promise);
  pressed(lane, key('f'));
  pressed(lane, key('c'));
  lane.text.value = 'It is green.';
  way.resolve();
  await settled();
  deepEqual([lane.card.value?.review.id, lane.text.value], ['turn_1', 'It is green.']);
  await lane.say('correct');
  deepEqual(commands.map(({ verdict, again }) => [verdict, again]), [
    ['fine', false],
    ['correct', true],
  ]);
});

Deno.test('a note that is begun meanwhile is not lost either', async () => {
  const { lane, waits } = server('turn_1', 'turn_2');
  await lane.begin();
  await lane.open('turn_1');
  const way = Promise.withResolvers<void>();
  waits(way.promise);
  const said = lane.say('fine');
  lane.note.value = 'but rude';
  way.resolve();
  await said;
  deepEqual([lane.card.value?.review.id, lane.note.value], ['turn_1', 'but rude']);
});

Deno.test('a verdict of another answer does not wait for the one before', async () => {
  const { lane, commands, waits } = server('turn_1', 'turn_2', 'turn_3');
  await lane.begin();
  await lane.open('turn_2');
  const way = Promise.withResolvers<void>();
  waits(way.promise);
  const first = lane.say('fine');
  await lane.open('turn_3');
  const second = lane.say('wrong');
  await lane.say('fine'); // the same answer: one verdict
  way.resolve();
  await Promise.all([first, second]);
  deepEqual(commands.map(({ answer, verdict }) => [answer, verdict]), [
    ['turn_2', 'fine'],
    ['turn_3', 'wrong'],
  ]);
  equal(lane.card.value?.review.id, 'turn_1');
});

Deno.test('what is written about an answer is there again when somebody comes back', async () => {
  const { lane, waits } = server('turn_1', 'turn_2');
  const written = () => [lane.card.value?.review.id, lane.text.value, lane.note.value];
  await lane.begin();
  await lane.open('turn_1');
  lane.correct();
  [lane.text.value, lane.note.value] = ['It is green.', 'look it up'];
  await lane.open('turn_2');
  deepEqual(written(), ['turn_2', null, '']);
  await lane.open('turn_1');
  deepEqual(written(), ['turn_1', 'It is green.', 'look it up']);
  const lost = Promise.reject(new TypeError('offline'));
  waits(lost);
  const said = lane.say('correct');
  await lane.open('turn_2');
  await said;
  await lane.open('turn_1');
  deepEqual(written(), ['turn_1', 'It is green.', 'look it up']);
  waits(Promise.resolve());
  await lane.say('correct');
  deepEqual(written(), ['turn_2', null, '']);
  await lane.open('turn_1');
  deepEqual(written(), ['turn_1', null, '']);
});

/** Somebody who says "fine" of the first, with a note, steps away, and is back before the reply. */
async function back() {
  const made = server('turn_1', 'turn_2');
  const { lane, waits } = made;
  await lane.begin();
  await lane.open('turn_1');
  lane.note.value = 'as ever';
  const way = Promise.withResolvers<void>();
  waits(way.promise);
  const said = lane.say('fine');
  for (const id of ['turn_2', 'turn_1']) await lane.open(id);
  const stands = () => [lane.card.value?.review.id, !!lane.card.value?.review.closed_at];
  deepEqual([...stands(), lane.note.value], ['turn_1', false, 'as ever']);
  return { ...made, way, said, stands };
}

Deno.test('whoever is back before the reply sees the verdict, and its note is sent', async () => {
  const { lane, commands, way, said, stands } = await back();
  way.resolve();
  await said;
  deepEqual([...stands(), lane.note.value], ['turn_1', true, '']);
  await lane.open('turn_2');
  await lane.open('turn_1');
  equal(lane.note.value, '');
  await lane.say('wrong');
  deepEqual(commands.map(({ again, note }) => [again, note]), [[false, 'as ever'], [true, '']]);
});

Deno.test('what is written after coming back stays, over the verdict that has counted', async () => {
  const { lane, commands, way, said, stands } = await back();
  lane.note.value = 'as ever, but rude';
  way.resolve();
  await said;
  deepEqual([...stands(), lane.note.value], ['turn_1', true, 'as ever, but rude']);
  await lane.say('wrong');
  deepEqual(commands.map(({ again }) => again), [false, true]);
});

Deno.test('a card that was asked for before the verdict counted is not shown after it', async () => {
  const { lane, way, said, stands, slow } = await back();
  await lane.open('turn_2');
  const late = slow('turn_1');
  const opened = lane.open('turn_1');
  way.resolve();
  await said;
  late();
  await opened;
  deepEqual([...stands(), lane.note.value], ['turn_1', true, '']);
});

Deno.test('a refusal is said plainly to whoever is back at its answer', async () => {
  const { lane, way, said, refuses } = await back();
  refuses('Ana was first');
  way.resolve();
  await said;
  deepEqual([lane.problem.value, lane.note.value], ['Ana was first.', 'as ever']);
});
