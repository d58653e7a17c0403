import { deepEqual, rejects } from 'node:assert/strict';
import { type Sent, sent } from './sse.ts';

const lasting = new AbortController().signal;

function read(...parts: string[]): Promise<Sent[]> {
  const body = ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
  return Array.fromAsync(sent(new Response(body), 1000, lasting));
}

Deno.test('events are read whatever the cuts', async () => {
  const whole =
    'retry: 2000\n\ndata: {}\n\n: beat\n\nid: 7-1\nevent: hold\ndata: é\n\ndata: [DONE]\n\n';
  for (let cut = 0; cut <= whole.length; cut++) {
    deepEqual(await read(whole.slice(0, cut), whole.slice(cut)), [
      { event: 'message', data: '{}', id: '' },
      { event: 'hold', data: 'é', id: '7-1' },
      { event: 'message', data: '[DONE]', id: '' },
    ]);
  }
});

Deno.test('half an event is none', async () => {
  deepEqual(await read('data: {}'), []);
});

Deno.test('who says nothing for too long is gone', async () => {
  const silent = new ReadableStream<Uint8Array>();
  await rejects(Array.fromAsync(sent(new Response(silent), 1, lasting)));
});

Deno.test('of what came at once nothing more is taken in when it is over', async () => {
  const over = new AbortController();
  const read: string[] = [];
  await rejects(async () => {
    for await (const { data } of sent(new Response('data: 1\n\ndata: 2\n\n'), 1000, over.signal)) {
      read.push(data);
      over.abort();
    }
  });
  deepEqual(read, ['1']);
});
