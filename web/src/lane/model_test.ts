import { deepEqual, equal } from 'node:assert/strict';
import { pressed } from './keys.ts';
import { Lane } from './model.ts';

const review = (id: string, verdict = '') => ({
  id,
  conversation: 'c1',
  causes: ['audit'],
  excerpt: `The text of ${id}`,
  opened_at: 1,
  verdict,
  by: null,
  closed_at: null,
  proposed_by: null,
});

const card = (id: string) => ({
  review: review(id),
  question: 'Hi',
  answer: `The text of ${id}`,
  correction: null,
  reasons: [],
  rating: '',
  complaint: '',
  note: null,
  decision: null,
  messages: [],
  proposed: null,
});

/** A server with these answers in its lane, and what it was asked to do. */
function server(...ids: string[]) {
  const waiting = ids.map((id) => review(id));
  const commands: Record<string, unknown>[] = [];
  let [refusal, code] = ['', ''];
  const fetch = (path: string, init?: RequestInit): Promise<Response> => {
    if (path === '/console/me') return Promise.resolve(Response.json({ csrf: 'c', person: 'me' }));
    if (path === '/console/lane') return Promise.resolve(Response.json({ waiting, decided: [] }));
    if (path === '/console/commands') {
      if (refusal) {
        const error = { message: refusal, code };
        return Promise.resolve(Response.json({ error }, { status: 409 }));
      }
      const command = JSON.parse(String(init?.body));
      commands.push(command);
      waiting.splice(waiting.findIndex((one) => one.id === command.answer), 1);
      return Promise.resolve(Response.json({}));
    }
    return Promise.resolve(Response.json(card(path.split('/').at(-1) ?? '')));
  };
  return {
    lane: new Lane({ fetch, visible: () => true }),
    commands,
    refuses: (why: string, as = 'already_reviewed') => [refusal, code] = [why, as],
  };
}

const key = (key: string, tagName = 'BODY', ctrlKey = false) => ({
  key,
  ctrlKey,
  metaKey: false,
  altKey: false,
  target: { tagName } as unknown as EventTarget,
  preventDefault: () => {},
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

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
  equal(lane.problem.value, 'Ana has reviewed it: fine');
  equal(lane.text.value, 'Mine.');
});

Deno.test('who may not is told so', async () => {
  const fetch = () => Promise.resolve(Response.json({}, { status: 403 }));
  const lane = new Lane({ fetch, visible: () => true });
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
