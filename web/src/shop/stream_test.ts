import { deepEqual, rejects } from 'node:assert/strict';
import { chunks } from './stream.ts';

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
