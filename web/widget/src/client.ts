/**
 * A conversation with hitl-chat from a page: asks, follows what happens beside the answers, and goes
 * on where it stopped when the connection, the token or the page itself was lost.
 * Holds no API key: the page's own server makes a token for one conversation.
 */
import { sent } from './sse.ts';
import * as talks from './talk.ts';
import type { Line, Talk } from './talk.ts';
import { body, type Kept, name, type Options, type Question, wait } from './way.ts';
import { type Chunk, type Grant, type News, Problem, problem, type Rating } from './wire.ts';

export type { Chunk, Grant, Kept, Line, News, Options, Question, Rating, Talk };
export { EMPTY, history } from './talk.ts';
export { Problem } from './wire.ts';

const TRIES = 8;
const FEW = 3;
const PASSING = [401, 409, 429, 503]; // by themselves, or with a new token
const LONGEST = 15_000;
const PATIENCE = 60_000;
const SOON = 10;

export class Chat {
  #talk: Talk;
  #conversation: string;
  #last: string;
  #open: Question | null;
  #grant: Promise<Grant> | null = null;
  #renewing: Promise<Grant> | null = null;
  #busy = false;
  #following = false;
  #over = new AbortController();
  #hurry = new AbortController();
  readonly #to: Options;

  constructor(options: Options) {
    const kept = options.kept;
    this.#to = options;
    this.#talk = kept ? { ...kept.talk, asking: !!kept.open, typing: false } : talks.EMPTY;
    this.#conversation = kept?.conversation ?? '';
    this.#last = kept?.last ?? '';
    this.#open = kept?.open ?? null;
    if (this.#conversation) this.#begin();
    if (this.#open) void this.#work(() => this.#deliver(1));
  }

  get talk(): Talk {
    return this.#talk;
  }

  /** Ask; while an answer is still coming, when that is over. */
  send(text: string): void {
    if (this.#busy) this.#set(talks.queued(this.#talk, text), true);
    else void this.#work(() => this.#ask(text));
  }

  /** Say what an answer or a person's message was worth. The last word about it counts. */
  async rate(line: Line, rating: Rating, text = ''): Promise<void> {
    this.#set(talks.rated(this.#talk, line, rating), true);
    const named = line.message ? { message_id: line.message } : { delivery_id: line.delivery };
    try {
      await this.#post('feedback', { ...named, rating, text });
    } catch {
      this.#set(talks.rated(this.#talk, line, undefined), true);
    }
  }

  /** Tell the person who speaks that the customer types, or stopped. */
  type(on: boolean): void {
    if (this.#talk.agent) this.#post('typing', { on }).catch(() => {}); // worth no second try
  }

  /** The connection is back, or may be: whoever waits tries at once. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  close(): void {
    this.#over.abort();
    this.hurry();
  }

  // --- asking ------------------------------------------------------------------------------

  async #work(work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    await work();
    this.#busy = false;
    const { talk, text } = talks.asking(this.#talk);
    if (!text || this.#over.signal.aborted) return;
    this.#talk = talk; // told with the question itself
    this.send(text);
  }

  async #ask(text: string): Promise<void> {
    this.#open = { key: name(), body: '' };
    this.#set(talks.asked(this.#talk, text), true);
    await this.#deliver(0);
  }

  async #deliver(attempt: number): Promise<void> {
    const done = await this.#persist(() => this.#answer(attempt++));
    this.#open = null;
    if (done) this.#set(talks.ended(this.#talk), true);
    else this.#keep();
  }

  async #answer(attempt: number): Promise<void> {
    const { key, body: asked } = await this.#question();
    const answer = await this.#fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: asked,
    });
    this.#online(true);
    if (attempt) this.#set(talks.again(this.#talk));
    const delivery = answer.headers.get('x-hitl-delivery-id') ?? '';
    for await (const { data } of sent(body(answer), PATIENCE)) {
      this.#to.raw?.('answer', data);
      if (data === '[DONE]') return;
      this.#set(talks.heard(this.#talk, JSON.parse(data) as Chunk, delivery));
    }
    throw new Problem('');
  }

  /** The same bytes for every attempt: it is the same question. */
  async #question(): Promise<Question> {
    const open = this.#open ?? { key: name(), body: '' };
    if (open.body) return open;
    const { models: [model] } = await this.#granted();
    const messages = talks.history(this.#talk);
    this.#open = {
      ...open,
      body: JSON.stringify({ model, stream: true, messages }),
    };
    this.#keep();
    this.#begin();
    return this.#open;
  }

  /** Until it is done, or it is clear that it will not be: then the customer is told. */
  async #persist(work: () => Promise<void>): Promise<boolean> {
    for (let attempt = 0; !this.#over.signal.aborted; attempt++) {
      try {
        await work();
        this.#online(true);
        return true;
      } catch (error) {
        if (this.#over.signal.aborted) break;
        const pause = this.#again(error, attempt);
        if (pause < 0) {
          this.#set(
            talks.ended(
              this.#talk,
              error instanceof Error ? error.message : '',
            ),
            true,
          );
          return false;
        }
        await this.#wait(pause);
      }
    }
    return false;
  }

  /** In how many milliseconds to try again; -1: not at all. */
  #again(error: unknown, attempt: number): number {
    const status = error instanceof Problem ? error.status : 0;
    if (!status) this.#online(false);
    const pause = Math.min(500 * 2 ** attempt, LONGEST) *
      (0.75 + Math.random() / 2);
    if (!status) return pause;
    const after = error instanceof Problem ? error.after * 1000 : 0;
    const tries = PASSING.includes(status) ? TRIES : status >= 500 ? FEW : 0;
    return attempt < tries ? Math.max(pause, after) : -1;
  }

  // --- following ---------------------------------------------------------------------------

  #begin(): void {
    if (this.#following) return;
    this.#following = true;
    void this.#follow();
  }

  async #follow(): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; failures++) {
      try {
        const { events } = await this.#granted();
        const answer = await this.#fetch(events, {
          headers: this.#last ? { 'last-event-id': this.#last } : {},
        });
        failures = 0;
        this.#online(true);
        await this.#listen(answer);
      } catch (error) {
        if (failures && !(error instanceof Problem && error.status)) {
          this.#online(false);
        }
      }
      await this.#wait(Math.min(1000 * 2 ** failures, LONGEST));
    }
  }

  async #listen(answer: Response): Promise<void> {
    for await (const { event, data, id } of sent(body(answer), PATIENCE)) {
      this.#to.raw?.('events', `${event} ${data}`);
      const news = { name: event, id, data: JSON.parse(data) } as News;
      this.#last = id || this.#last;
      this.#set(talks.told(this.#talk, news), event !== 'typing');
    }
  }

  // --- the way there -----------------------------------------------------------------------

  async #post(what: string, said: unknown): Promise<void> {
    const { id } = await this.#granted();
    await this.#fetch(`/v1/conversations/${id}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    });
  }

  /** With the token, and its answer only if it is a good one. */
  async #fetch(path: string, options: RequestInit): Promise<Response> {
    const { token } = await this.#granted();
    const headers = { authorization: `Bearer ${token}`, ...options.headers };
    const { signal } = this.#over;
    const ask = this.#to.fetch ?? fetch;
    const answer = await ask(this.#to.base + path, {
      ...options,
      headers,
      signal,
    });
    if (answer.ok) return answer;
    if (answer.status === 401) this.#grant = null;
    throw await problem(answer);
  }

  /** A token that will do for one more request; a new one is used whatever this clock says. */
  async #granted(): Promise<Grant> {
    const old = await this.#grant?.catch(() => null);
    if (old && old.expires_at > Date.now() / 1000 + SOON) return old;
    this.#renewing ??= this.#to.grant(this.#conversation).finally(
      () => (this.#renewing = null),
    );
    this.#grant = this.#renewing;
    const grant = await this.#grant;
    this.#conversation = grant.id;
    return grant;
  }

  // --- state -------------------------------------------------------------------------------

  #online(is: boolean): void {
    if (this.#talk.offline === is) this.#set({ ...this.#talk, offline: !is });
  }

  #set(talk: Talk, keep = false): void {
    if (talk === this.#talk) return;
    this.#talk = talk;
    if (keep) this.#keep();
    this.#to.changed(talk);
  }

  #keep(): void {
    const [conversation, talk, last] = [
      this.#conversation,
      this.#talk,
      this.#last,
    ];
    this.#to.keep?.({ conversation, talk, last, open: this.#open });
  }

  async #wait(ms: number): Promise<void> {
    await (this.#to.wait ?? wait)(ms, this.#hurry.signal);
  }
}
