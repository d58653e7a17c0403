/** For tests: a server that answers as it is told to, and a page that talks to it. */
import { Chat, type Kept, type Talk } from './client.ts';
import { HANGS } from './way.ts';

export const GRANT = {
  id: 'conv_1',
  token: 'ct_1',
  expires_at: 4e9,
  models: ['m'],
  events: '/v1/conversations/conv_1/events',
};

export type Reply = () => Response | Promise<Response>;

export const chunk = (content: string, hitl?: unknown) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }], hitl })}\n\n`;

export const stream = (...parts: string[]): Response =>
  new Response(ReadableStream.from(parts).pipeThrough(new TextEncoderStream()), {
    headers: { 'x-hitl-delivery-id': 'turn_1' },
  });

export const answer = (text: string) => () => stream(chunk(text), 'data: [DONE]\n\n');
export const refused = (status: number, message = '') => () =>
  Response.json({ error: { message } }, { status });
export const lost = () => Promise.reject(new TypeError('network'));

/** A server that gives these answers in turn, and a page that talks to it. */
export class Page {
  readonly asked: { readonly key: string; readonly body: string }[] = [];
  readonly posted: [string, { readonly on?: boolean }][] = [];
  /** From which event on it was followed, each time. */
  readonly followed: string[] = [];
  /** What its makers were told. */
  readonly complaints: string[] = [];
  /** Which conversations it was told of. */
  readonly met: string[] = [];
  kept: Kept | null = null;
  grants = 0;
  /** Each says when its grant is not waited for any more. */
  readonly signals: AbortSignal[] = [];
  granted = GRANT;
  /** A grant is given once this promise is kept, or lost with it. */
  granting: () => Promise<unknown> = () => Promise.resolve();
  /** All that was ever to be seen. */
  readonly seen = new Set<string>();
  time = 0;
  /** What becomes of what is posted beside questions; everything arrives once this is empty. */
  troubles: Reply[] = [];
  /** How long each wait lasts, unless somebody is in a hurry. */
  waits: (ms: number) => Promise<unknown> = settled;
  /** How long the page's server may say nothing; for ever, unless a test is about that. */
  hangs: () => Promise<unknown> = () => new Promise(() => {});
  #still: () => void = () => {};

  constructor(readonly replies: Reply[], readonly events: Reply[] = []) {}

  chat(): Chat {
    return new Chat({
      base: 'https://chat.example',
      grant: async (_, signal) => {
        this.grants++;
        this.signals.push(signal);
        await this.granting();
        return this.granted;
      },
      met: (conversation) => this.met.push(conversation),
      changed: (talk) => this.#changed(talk),
      kept: this.kept,
      trouble: (words) => this.complaints.push(words),
      keep: (kept) => this.kept = structuredClone(kept),
      fetch: async (address, { signal, ...init } = {}) => {
        signal?.throwIfAborted();
        return await Promise.race([
          this.#fetch(new URL(String(address)).pathname, init),
          new Promise<never>((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
          }),
        ]);
      },
      wait: async (ms, signal) => {
        await Promise.race([
          ms === HANGS ? this.hangs() : this.waits(ms),
          new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ]);
      },
      now: () => this.time,
    });
  }

  /** The chat, once it asks nothing any more. */
  async done(chat: Chat): Promise<Talk> {
    const { asking, queued, lines } = chat.talk;
    if (asking || queued.length || lines.length === 0) {
      await new Promise<void>((resolve) => this.#still = resolve);
    }
    return chat.talk;
  }

  #changed(talk: Talk): void {
    for (const line of [...shown(talk), ...talk.queued]) this.seen.add(line);
    if (talk.offline) this.seen.add('offline');
    if (!talk.asking && !talk.queued.length) this.#still();
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (path.endsWith('/events')) {
      this.followed.push(headers.get('last-event-id') ?? '');
      const reply = this.events.shift();
      return reply ? await reply() : await new Promise<Response>(() => {});
    }
    if (path !== '/v1/chat/completions') {
      this.posted.push([
        path.replace('/v1/conversations/conv_1/', ''),
        JSON.parse(String(init.body)),
      ]);
      return await (this.troubles.shift() ?? (() => new Response(null, { status: 204 })))();
    }
    this.asked.push({ key: headers.get('idempotency-key') ?? '', body: String(init.body) });
    const reply = this.replies.shift();
    if (!reply) throw new Error('nobody expected that question');
    return await reply();
  }
}

export const settled = (_?: unknown) => new Promise<void>((resolve) => setTimeout(resolve, 1));

export const told = (event: string, data: unknown, id = '') =>
  `${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const shown = (talk: Talk) => talk.lines.map(({ author, text }) => `${author}: ${text}`);
