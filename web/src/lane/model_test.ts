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
});

/** A server with these answers in its lane, and what it was asked to do. */
function server(...ids: string[]) {
  const waiting = ids.map((id) => review(id));
  const commands: Record<string, unknown>[] = [];
  let refusal = '';
  const fetch = (path: string, init?: RequestInit): Promise<Response> => {
    if (path === '/console/me') return Promise.resolve(Response.json({ csrf: 'c' }));
    if (path === '/console/lane') return Promise.resolve(Response.json({ waiting, decided: [] }));
    if (path === '/console/commands') {
      if (refusal) {
        const error = { message: refusal };
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
    refuses: (why: string) => refusal = why,
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
