import { deepEqual } from 'node:assert/strict';
import { speak } from '../text/say.ts';
import { type Me, replies, suggestion } from './session.ts';

const ANA = { csrf: 'c' } as Me;
const NO = { error: { code: 'model_slow', message: 'the model said nothing within 20 s' } };

/** A server that answers this to everything. */
const says = (status: number, body: unknown, headers = {}) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers }));

Deno.test('what was written, or why not, in the language of the page', async () => {
  const text = { text: 'We do.', model: 'wick-1' };
  deepEqual(await suggestion(ANA, {}, says(200, text)), text);
  deepEqual(await suggestion(ANA, {}, says(503, NO)), {
    problem: 'The model said nothing within 20 s.',
  });
  await speak(['de']);
  const problem = 'Das Modell braucht zu lange: schreib es selbst, oder frag noch einmal.';
  deepEqual(await suggestion(ANA, {}, says(503, NO)), { problem });
  deepEqual(await replies(says(503, NO)), { problem });
  await speak(['en']);
});

Deno.test('who asks too often is told when to come back', async () => {
  const found = await suggestion(ANA, {}, says(429, NO, { 'retry-after': '7' }));
  deepEqual('problem' in found && found.problem.includes('7'), true);
});

Deno.test('an answer that is none of ours is no silence', async () => {
  for (const odd of [says(502, 'Bad gateway'), says(502, {}), says(502, null)]) {
    const found = [await suggestion(ANA, {}, odd), await replies(odd)];
    deepEqual(found.map((one) => 'problem' in one && one.problem !== ''), [true, true]);
  }
});
