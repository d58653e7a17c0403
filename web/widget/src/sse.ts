/** Server-sent events from a response's body: cut at any byte, silent for any time, or broken off. */
import { Problem } from './wire.ts';

export interface Sent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * The events of a stream, none once `signal` says so. Who sends nothing for `patience` ms, not even
 * a comment, is gone.
 */
export async function* sent(
  { body }: Response,
  patience: number,
  signal: AbortSignal,
): AsyncGenerator<Sent> {
  if (!body) return;
  let fields: Record<string, string> = {};
  for await (const line of lines(body, patience)) {
    signal.throwIfAborted();
    if (!line) {
      const { data, event = 'message', id = '' } = fields;
      fields = {};
      if (data !== undefined) yield { event, data, id };
      continue;
    }
    const colon = line.indexOf(':');
    if (colon > 0) {
      fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
    }
  }
}

async function* lines(
  body: ReadableStream<Uint8Array>,
  patience: number,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), patience);
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split(
        '\n',
      );
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function within<T>(promise: Promise<T>, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('')), patience);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
