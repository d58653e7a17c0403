/** One request to the proxy and its stream of chunks; knows nothing of what they mean. */
import type { Chunk } from './chat.ts';

export interface Pass {
  readonly token: string;
  readonly conversation: string;
  readonly model?: string;
  /** In seconds since 1970; without it the pass is used as long as the page is open. */
  readonly expires?: number;
  /** What the assistant is told before the conversation: the shop's instructions, its promises. */
  readonly before?: readonly unknown[];
}

/** Whether it will do for one more question. */
export function good(given: Pass | null, now: number): given is Pass {
  return given !== null && (given.expires ?? Infinity) > now + 10;
}

/** A token for one conversation, from the server of this page; never an API key. */
export async function pass(address = '/shop/token'): Promise<Pass> {
  const answer = await fetch(address, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`The shop could not start a chat (${answer.status}).`);
  return await answer.json();
}

export async function* ask(given: Pass, said: readonly unknown[]): AsyncGenerator<Chunk> {
  const messages = [...(given.before ?? []), ...said];
  const answer = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${given.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: given.model ?? 'wick-1', stream: true, messages }),
  });
  if (!answer.ok || !answer.body) throw new Error(await complaint(answer));
  yield* chunks(answer.body);
}

async function complaint(answer: Response): Promise<string> {
  const said = await answer.json().catch(() => null);
  return said?.error?.message ?? `The shop cannot answer now (${answer.status}).`;
}

/** The data lines of an event stream; an answer without its `[DONE]` broke. */
export async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Chunk> {
  let rest = '';
  for await (const part of body.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const data = line.slice(5).trim();
      if (data === '[DONE]') return;
      yield JSON.parse(data);
    }
  }
  throw new Error('The connection was lost before the answer was complete.');
}
