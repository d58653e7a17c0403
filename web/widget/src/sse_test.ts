import { deepEqual, rejects } from 'node:assert/strict';
import { sent } from './sse.ts';

function body(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
}

Deno.test('events are read whatever the cuts', async () => {
  const whole =
    'retry: 2000\n\ndata: {}\n\n: beat\n\nid: 7-1\nevent: hold\ndata: é\n\ndata: [DONE]\n\n';
  for (let cut = 0; cut <= whole.length; cut++) {
    const read = await Array.fromAsync(
      sent(body(whole.slice(0, cut), whole.slice(cut)), 1000),
    );
    deepEqual(read, [
      { event: 'message', data: '{}', id: '' },
      { event: 'hold', data: 'é', id: '7-1' },
      { event: 'message', data: '[DONE]', id: '' },
    ]);
  }
});

Deno.test('half an event is none', async () => {
  deepEqual(await Array.fromAsync(sent(body('data: {}'), 1000)), []);
});

Deno.test('who says nothing for too long is gone', async () => {
  const silent = new ReadableStream<Uint8Array>();
  await rejects(Array.fromAsync(sent(silent, 1)));
});
