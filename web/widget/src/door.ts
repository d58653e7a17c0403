/** The way to the server, for whoever is here: with a token, and until somebody else is. */
import { type Sent, sent } from './sse.ts';
import { HANGS, type Options, time, wait } from './way.ts';
import { type Grant, Over, Problem, problem } from './wire.ts';

const PATIENCE = 60_000;
const SOON = 10;

export interface Stream {
  readonly headers: Headers;
  readonly events: AsyncGenerator<Sent>;
}

export class Door {
  /** Of the conversation, once the page's server has named it. */
  conversation = '';
  #grant: Promise<Grant> | null = null;
  #renewing: Promise<Grant> | null = null;
  #here = new AbortController(); // what is asked for one conversation is not for the next

  constructor(
    readonly to: Options,
    readonly over: AbortSignal,
    /** Told of a conversation that is another one than before; '' before the first. */
    readonly met: (before: string) => void,
  ) {}

  async post(what: string, said: unknown): Promise<void> {
    const before = this.conversation;
    const { id } = await this.granted();
    if (id !== before) throw new Problem(''); // what it is about is somebody else's
    await this.open(`/v1/conversations/${id}/${what}`, {}, JSON.stringify(said));
  }

  /** With the token, and its answer only if it is a good one. What has a body is posted. */
  async open(path: string, more: Record<string, string>, body?: string): Promise<Stream> {
    const signal = AbortSignal.any([this.over, this.#here.signal]);
    const { token } = await this.granted();
    const used = this.#grant;
    const kind = 'application/json';
    const headers = { authorization: `Bearer ${token}`, 'content-type': kind, ...more };
    const method = body ? 'POST' : 'GET';
    const ask = this.to.fetch ?? fetch;
    const answer = await ask(this.to.base + path, {
      method,
      headers,
      body: body ?? null,
      signal,
    });
    if (answer.ok) return { headers: answer.headers, events: sent(answer, PATIENCE, signal) };
    if (answer.status !== 401) throw await problem(answer);
    if (this.#grant === used) this.#grant = null; // it may have been renewed meanwhile
    throw await problem(answer, Over);
  }

  /** A token that will do for one more request; a new one is used whatever this clock says. */
  async granted(): Promise<Grant> {
    const old = await this.#grant?.catch(() => null);
    if (old && old.expires_at > time(this.to.now) / 1000 + SOON) return old;
    this.#renewing ??= this.#renewed().finally(() => (this.#renewing = null));
    this.#grant = this.#renewing;
    const grant = await this.#grant;
    this.#enter(grant.id);
    return grant;
  }

  /** A page's server that says nothing is asked again, whatever becomes of the first request. */
  async #renewed(): Promise<Grant> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.over, done.signal]);
    const hangs = async () => {
      await (this.to.wait ?? wait)(HANGS, signal);
      throw new Problem('');
    };
    try {
      const conversation = this.conversation || (this.to.kept?.conversation ?? '');
      return await Promise.race([this.to.grant(conversation, signal), hangs()]);
    } finally {
      done.abort();
    }
  }

  #enter(conversation: string): void {
    const before = this.conversation;
    if (this.over.aborted || conversation === before) return;
    this.conversation = conversation;
    this.#here.abort();
    this.#here = new AbortController();
    this.met(before);
  }
}
