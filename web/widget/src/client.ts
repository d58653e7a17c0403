/**
 * A conversation with hitl-chat from a page: asks, follows what happens beside the answers, and goes
 * on where it stopped when the connection, the token or the page itself was lost.
 * Holds no API key: the page's own server makes a token for one conversation.
 */
import { sent } from './sse.ts';
import * as talks from './talk.ts';
import type { Line, Talk } from './talk.ts';
import {
  again,
  body,
  type Kept,
  LONGEST,
  name,
  type Options,
  type Question,
  unheard,
  wait,
} from './way.ts';
import { Typing } from './typing.ts';
import { type Chunk, type Grant, type News, Problem, problem, type Rating } from './wire.ts';

export type { Chunk, Grant, Kept, Line, News, Options, Question, Rating, Talk };
export { EMPTY, history } from './talk.ts';
export { Problem } from './wire.ts';

const PATIENCE = 60_000;
const SOON = 10;

export class Chat {
  #talk = talks.EMPTY;
  #conversation = ''; // until the page's server has named it
  #last = '';
  #open: Question | null = null;
  #grant: Promise<Grant> | null = null;
  #renewing: Promise<Grant> | null = null;
  #busy = false;
  #following = false;
  #over = new AbortController();
  #hurry = new AbortController();
  readonly #typing: Typing;
  readonly #to: Options;

  constructor(options: Options) {
    this.#to = options;
    this.#typing = new Typing(options);
    if (!options.kept?.conversation) return;
    this.#begin();
    void this.#work(() => this.#goOn());
  }

  get talk(): Talk {
    return this.#talk;
  }

  /** Ask; while an answer is still coming, when that is over. */
  send(text: string): void {
    if (!text.trim()) return;
    if (this.#busy) this.#set(talks.queued(this.#talk, text), true);
    else void this.#work(() => this.#ask(talks.asked(this.#talk, text)));
  }

  /** Ask once more what was asked last, and came to nothing. */
  retry(): void {
    if (this.#busy || this.#talk.lines.at(-1)?.notice !== 'problem') return;
    void this.#work(() => this.#ask(talks.again(this.#talk)));
  }

  /** Say what an answer or a person's message was worth. The last word about it counts. */
  async rate(line: Line, rating: Rating, text = ''): Promise<void> {
    this.#set(talks.rated(this.#talk, line, rating));
    const named = line.message ? { message_id: line.message } : { delivery_id: line.delivery };
    try {
      await this.#post('feedback', { ...named, rating, text });
      this.#keep(); // not before: a page that is closed meanwhile has told nobody
    } catch {
      this.#set(talks.unrated(this.#talk, line, rating, text), true);
    }
  }

  /** With every key that the customer presses, and when they stop: a person who speaks is told. */
  type(on: boolean): void {
    if (!this.#talk.agent || !this.#typing.news(on)) return;
    this.#post('typing', { on }).catch(() => {}); // worth no second try
  }

  /** The connection is back, or may be: whoever waits tries at once. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  close(): void {
    this.#over.abort();
    this.#typing.close();
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

  /** The last question of this talk. */
  async #ask(talk: Talk): Promise<void> {
    this.#set(talk, true);
    await this.#deliver(0);
  }

  /** With what was kept: the last question again, if it is still open. */
  async #goOn(): Promise<void> {
    await this.#granted().catch(() => {}); // following tries on, and whoever asks is told
    if (this.#talk.asking) await this.#deliver(1);
  }

  async #deliver(attempt: number): Promise<void> {
    const done = await this.#persist(() => this.#answer(attempt++));
    if (this.#over.signal.aborted) return;
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
      const chunk = JSON.parse(data) as Chunk;
      this.#set(talks.heard(this.#talk, chunk, delivery));
      if (chunk.hitl?.typing) void this.#forget();
    }
    throw new Problem('');
  }

  /** The same bytes for every attempt: it is the same question. */
  async #question(): Promise<Question> {
    const { models: [model] } = await this.#granted();
    if (this.#open) return this.#open;
    const messages = talks.history(this.#talk);
    this.#open = { key: name(), body: JSON.stringify({ model, stream: true, messages }) };
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
        if (unheard(error)) this.#online(false);
        const pause = again(error, attempt);
        if (pause < 0) {
          const why = error instanceof Error ? error.message : '';
          this.#set(talks.ended(this.#talk, why), true);
          return false;
        }
        await this.#wait(pause);
      }
    }
    return false;
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
        if (failures && unheard(error)) this.#online(false);
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
      if (news.data.typing) void this.#forget();
    }
  }

  async #forget(): Promise<void> {
    const over = await this.#typing.over();
    if (over && this.#talk.typing) this.#set({ ...this.#talk, typing: false });
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
    if (old && old.expires_at > (this.#to.now ?? Date.now)() / 1000 + SOON) return old;
    this.#renewing ??= this.#to.grant(this.#conversation || (this.#to.kept?.conversation ?? ''))
      .finally(() => (this.#renewing = null));
    this.#grant = this.#renewing;
    const grant = await this.#grant;
    const first = !this.#conversation;
    this.#conversation = grant.id;
    if (first) this.#resume();
    return grant;
  }

  /** What was kept is shown no sooner than it is known whose it is; somebody else's is forgotten. */
  #resume(): void {
    const { kept } = this.#to;
    if (kept?.conversation !== this.#conversation) return this.#keep();
    this.#last = kept.last;
    if (this.#talk.lines.length === 0) this.#open = kept.open;
    this.#set(talks.resumed(kept.talk, this.#talk), true);
    if (!this.#busy) void this.#work(() => this.#goOn());
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

  /** Once it has a name, by which it is known whose it is. */
  #keep(): void {
    if (!this.#conversation) return;
    const [conversation, talk, last] = [this.#conversation, this.#talk, this.#last];
    this.#to.keep?.({ conversation, talk, last, open: this.#open });
  }

  async #wait(ms: number): Promise<void> {
    await (this.#to.wait ?? wait)(ms, this.#hurry.signal);
  }
}
