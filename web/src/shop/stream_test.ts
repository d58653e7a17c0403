import { deepEqual, equal, rejects } from 'node:assert/strict';
import { chunks, good } from './stream.ts';

function body(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
}

Deno.test('chunks are read whatever the cuts', async () => {
  const whole =
    'data: {"choices":[]}\n\n: comment\n\ndata: {"choices":[{"index":0}]}\n\ndata: [DONE]\n\n';
  for (let cut = 0; cut <= whole.length; cut++) {
    const read = await Array.fromAsync(chunks(body(whole.slice(0, cut), whole.slice(cut))));
    deepEqual(read, [{ choices: [] }, { choices: [{ index: 0 }] }]);
  }
});

Deno.test('a stream that ends early is not taken for a complete answer', async () => {
  await rejects(
    Array.fromAsync(chunks(body('data: {"choices":[]}\n\n'))),
    /before the answer was complete/,
  );
});

Deno.test('a pass that is about to expire is not used any more', () => {
  const given = { token: 'ct_1', conversation: 'conv_1' };
  equal(good({ ...given, expires: 1000 }, 900), true);
  equal(good({ ...given, expires: 1000 }, 995), false);
  equal(good(given, 900), true);
  equal(good(null, 900), false);
});
