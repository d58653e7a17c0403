/**
 * A conversation with hitl-chat from a page: asks, follows what happens beside the answers, and goes
 * on where it stopped when the connection, the token or the page itself was lost.
 * Holds no API key: the page's own server makes a token for one conversation.
 */
import { heard } from './answer.ts';
import { Door } from './door.ts';
import { told } from './news.ts';
import * as talks from './talk.ts';
import type { Line, Talk } from './talk.ts';
import {
  again,
  type Kept,
  LONGEST,
  name,
  type Options,
  type Question,
  time,
  together,
  unheard,
  usable,
  wait,
} from './way.ts';
import { Typing } from './typing.ts';
import { type Chunk, type Grant, type News, Over, Problem, type Rating } from './wire.ts';

export type { Chunk, Grant, Kept, Line, News, Options, Question, Rating, Talk };
export { EMPTY, history } from './talk.ts';
export { Problem } from './wire.ts';

export class Chat {
  #talk = talks.EMPTY;
  #last = '';
  #open: Question | null = null;
  #taken = false; // the server may have it
  #busy = false;
  #following: Promise<void> | null = null;
  #hurry = new AbortController();
  readonly #over = new AbortController();
  readonly #typing: Typing;
  readonly #to: Options;
  readonly #door: Door;
  readonly #kept: Kept | null;

  constructor(options: Options) {
    this.#to = options;
    this.#typing = new Typing(options);
    this.#door = new Door(options, this.#over.signal, (before) => this.#met(before));
    this.#kept = usable(options);
    if (!this.#kept) return;
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
      await this.#door.post('feedback', { ...named, rating, text });
      this.#keep(); // not before: a page that is closed meanwhile has told nobody
    } catch (error) {
      this.#complain(error);
      this.#set(talks.unrated(this.#talk, line, rating, text), true);
    }
  }

  /** With every key that the customer presses, and when they stop: a person who speaks is told. */
  type(on: boolean): void {
    if (!this.#talk.agent || !this.#typing.news(on)) return;
    this.#door.post('typing', { on }).catch(() => {}); // worth no second try
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
    this.#taken = false;
    this.#set(talk, true);
    await this.#deliver(false);
  }

  /** With what was kept: the last question again, if it is still open. */
  async #goOn(): Promise<void> {
    await this.#door.granted().catch(() => {}); // following tries on, and whoever asks is told
    if (this.#talk.asking) await this.#deliver(true);
  }

  /** Until it is answered, or it is clear that it will not be: then the customer is told. */
  async #deliver(before: boolean): Promise<void> {
    for (let attempt = 0; this.#talk.asking && !this.#over.signal.aborted; attempt++) {
      try {
        await this.#answer(before || attempt > 0);
        this.#end();
      } catch (error) {
        await this.#failed(error, attempt);
      }
    }
  }

  #end(why?: string): void {
    this.#open = null;
    this.#set(talks.ended(this.#talk, why), true);
  }

  /** Waits for the next attempt, if one may help. */
  async #failed(error: unknown, attempt: number): Promise<void> {
    if (!this.#talk.asking || this.#over.signal.aborted) return;
    if (unheard(error)) this.#online(false);
    const pause = again(error, attempt);
    if (pause >= 0) return await this.#wait(pause);
    this.#complain(error);
    this.#end(error instanceof Error ? error.message : '');
  }

  #complain(error: unknown): void {
    if (error instanceof Problem && error.cause) this.#to.trouble?.(String(error.cause));
  }

  async #answer(before: boolean): Promise<void> {
    const { key, body } = await this.#question();
    const named = { 'idempotency-key': key };
    const taken = this.#taken;
    this.#taken = true; // as long as nobody says otherwise
    const { headers, events } = await this.#door.open('/v1/chat/completions', named, body)
      .catch((error) => {
        if (error instanceof Over) this.#taken = taken;
        throw error;
      });
    this.#online(true);
    if (before) this.#set(talks.again(this.#talk));
    const delivery = headers.get('x-hitl-delivery-id') ?? '';
    for await (const { data } of events) {
      this.#to.raw?.('answer', data);
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data) as Chunk;
      this.#set(heard(this.#talk, chunk, delivery));
      if (chunk.hitl?.typing) void this.#forget();
    }
    throw new Problem('');
  }

  /** The same bytes for every attempt: it is the same question. */
  async #question(): Promise<Question> {
    const { models: [model] } = await this.#door.granted();
    if (!this.#talk.asking) throw new Problem(''); // whoever asked is gone
    if (this.#open) return this.#open;
    const messages = talks.history(this.#talk);
    this.#open = { key: name(), body: JSON.stringify({ model, stream: true, messages }) };
    this.#keep();
    this.#begin();
    return this.#open;
  }

  // --- following ---------------------------------------------------------------------------

  #begin(): void {
    this.#following ??= this.#follow();
  }

  async #follow(): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; failures++) {
      const whose = this.#door.conversation;
      try {
        const { events: path } = await this.#door.granted();
        const after: Record<string, string> = this.#last ? { 'last-event-id': this.#last } : {};
        const { events } = await this.#door.open(path, after);
        failures = 0;
        this.#online(true);
        for await (const { event, data, id } of events) {
          this.#to.raw?.('events', `${event} ${data}`);
          this.#take({ name: event, id, data: JSON.parse(data) });
        }
      } catch (error) {
        // What began for the one before ends with them, which says nothing of the connection.
        if (whose && whose !== this.#door.conversation) {
          if (!failures) continue;
        } else if (failures && unheard(error)) this.#online(false);
      }
      await this.#wait(Math.min(1000 * 2 ** failures, LONGEST));
    }
  }

  #take(news: News): void {
    this.#last = news.id || this.#last;
    this.#set(told(this.#talk, news), news.name !== 'typing');
    if (news.data.typing) void this.#forget();
  }

  async #forget(): Promise<void> {
    const over = await this.#typing.over();
    if (over && this.#talk.typing) this.#set({ ...this.#talk, typing: false });
  }

  // --- whose it is -------------------------------------------------------------------------

  /**
   * What was kept is shown no sooner than it is known whose it is. Somebody else's is forgotten, on
   * the page too: nobody reads the conversation of whoever was here before.
   */
  #met(before: string): void {
    this.#to.met?.(this.#door.conversation);
    if (before) return this.#anew();
    const kept = this.#kept;
    if (!kept || (kept.conversation && kept.conversation !== this.#door.conversation)) {
      return this.#keep();
    }
    const { talk, last, open } = together(kept, this.#talk);
    [this.#last, this.#open, this.#taken] = [last, open, !!open];
    this.#set(talk, true);
    if (!this.#busy) void this.#work(() => this.#goOn());
  }

  #anew(): void {
    const asks = this.#talk.asking && !this.#taken;
    [this.#last, this.#open, this.#taken] = ['', null, false];
    this.#set(asks ? talks.another(this.#talk) : talks.EMPTY, true);
    this.hurry(); // what waits, waits for what is gone
  }

  // --- state -------------------------------------------------------------------------------

  #online(is: boolean): void {
    if (this.#talk.offline === is) this.#set({ ...this.#talk, offline: !is });
  }

  #set(talk: Talk, keep = false): void {
    if (talk === this.#talk || this.#over.signal.aborted) return;
    this.#talk = talk;
    if (keep) this.#keep();
    this.#to.changed(talk);
  }

  /** As its conversation's, or below what was kept until that is known. */
  #keep(): void {
    if (this.#over.signal.aborted) return;
    const { conversation } = this.#door;
    const [talk, last, open] = [this.#talk, this.#last, this.#open];
    const here = conversation ? { conversation, talk, last, open } : together(this.#kept, talk);
    this.#to.keep?.({ ...here, at: time(this.#to.now) });
  }

  async #wait(ms: number): Promise<void> {
    await (this.#to.wait ?? wait)(ms, this.#hurry.signal);
  }
}
