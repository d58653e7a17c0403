/** What the lane's page knows, and what is done about an answer. Knows no element. */
import { computed, signal } from '@preact/signals';
import { Bindings } from '../shared/bindings.ts';
import { onLane } from '../text/lane.ts';
import { refusal } from '../text/refusals.ts';
import type { Standing } from '../shared/standing.ts';
import type { DecidedView, ReviewCard, ReviewView } from '../shared/protocol.gen.ts';

export type Verdict = 'fine' | 'wrong' | 'correct';
export type List = 'waiting' | 'decided';

export interface Way {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly visible: () => boolean;
  /** Where keys are kept, as people want them. */
  readonly kept: ConstructorParameters<typeof Bindings>[0];
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface Written {
  readonly text: string | null;
  readonly note: string;
}

/** One row of either list. */
export interface Row {
  readonly id: string;
  readonly excerpt: string;
  /** Why it is here: the lane's causes, or the rules that had held it. */
  readonly why: readonly string[];
  /** What was said of it, before or after it left. */
  readonly said: string;
  readonly at: number;
}

export class Lane {
  readonly keys: Bindings;
  /** Whether all keys are shown, on top of everything. */
  readonly sheet = signal(false);
  readonly standing = signal<Standing>('connecting');
  /** What the person here may do, on this page and elsewhere. */
  readonly may = signal<readonly string[]>([]);
  readonly list = signal<List>('waiting');
  readonly waiting = signal<readonly ReviewView[]>([]);
  /** More waits than is listed. */
  readonly more = signal(false);
  readonly decided = signal<readonly DecidedView[]>([]);
  readonly chosen = signal('');
  readonly card = signal<ReviewCard | null>(null);
  /** The correction that is being written; null: none is. */
  readonly text = signal<string | null>(null);
  readonly note = signal('');
  readonly problem = signal('');
  /** The text that the checks object to: sent once more, it is meant. */
  readonly warned = signal<string | null>(null);
  readonly rows = computed((): readonly Row[] =>
    this.list.value === 'waiting' ? this.waiting.value.map(asked) : this.decided.value.map(held)
  );
  #csrf = '';
  #me = '';
  #visit = 0; // counts the cards that were opened or left
  readonly #sent = new Set<string>(); // answers whose verdict is on its way
  readonly #unsent = new Map<string, Written>(); // what was written about answers, and left

  constructor(readonly way: Way) {
    this.keys = new Bindings(way.kept, 'lane');
  }

  async begin(): Promise<void> {
    const me = await this.#get('/console/me');
    if (!me) return;
    [this.#csrf, this.#me, this.may.value] = [me.csrf, me.person, me.may];
    this.keys.load(me.person);
    await this.look(true);
  }

  /** What is new; the choice stays. */
  async look(always = false): Promise<void> {
    const over = ['signed_out', 'not_allowed'].includes(this.standing.value);
    if (over || !(always || this.way.visible())) return;
    const found = await this.#get('/console/lane');
    if (!found) return;
    [this.waiting.value, this.decided.value] = [found.waiting, found.decided];
    this.more.value = found.more;
    this.standing.value = 'live';
  }

  show(list: List): void {
    this.list.value = list;
    this.leave();
  }

  async open(id: string): Promise<void> {
    this.leave();
    this.chosen.value = id;
    if (!await this.#read(id)) return;
    const { text, note } = this.#unsent.get(id) ?? { text: null, note: '' };
    [this.text.value, this.note.value] = [text, note];
  }

  /** The next row, or the one before; from nowhere, the first. */
  step(by: 1 | -1): void {
    const rows = this.rows.value;
    const at = rows.findIndex((row) => row.id === this.chosen.value);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) void this.open(next.id);
  }

  /** What is written here is there again when somebody comes back. */
  leave(): void {
    this.#visit++;
    const id = this.card.value?.review.id;
    const [text, note] = [this.text.value, this.note.value];
    if (id && (text !== null || note)) this.#unsent.set(id, { text, note });
    else if (id) this.#unsent.delete(id);
    [this.chosen.value, this.card.value, this.text.value] = ['', null, null];
    [this.note.value, this.problem.value, this.warned.value] = ['', '', null];
  }

  /** Begin a correction: with a colleague's, which the same words confirm, or the answer's own. */
  correct(): void {
    const card = this.card.value;
    if (card && !card.review.id.startsWith('msg_')) {
      this.text.value ??= card.proposed ?? card.correction ?? card.answer;
    }
  }

  /** Whether sending these very words confirms what a colleague wrote. */
  confirms(): boolean {
    const { proposed, review } = this.card.value ?? {};
    return !!proposed && review?.proposed_by?.id !== this.#me &&
      this.text.value?.trim() === proposed;
  }

  /** Whether the checks have objected to these very words. */
  meant(): boolean {
    return this.warned.value !== null && this.warned.value === this.text.value;
  }

  /**
   * One verdict of an answer at a time; those of several may be on their way. Whoever writes a
   * correction sends it, or gives it up, before there is another.
   */
  async say(verdict: Verdict): Promise<void> {
    const card = this.card.value;
    const id = card?.review.id ?? '';
    const writes = verdict !== 'correct' && this.text.value !== null;
    if (!card || writes || this.#sent.has(id)) return;
    this.#sent.add(id);
    try {
      await this.#command(card, verdict);
    } catch {
      this.#fails(card, onLane.value.unreachable);
    } finally {
      this.#sent.delete(id);
    }
  }

  async #command(card: ReviewCard, verdict: Verdict): Promise<void> {
    const [rows, text, note] = [this.rows.value, this.text.value, this.note.value];
    const answer = await this.way.fetch('/console/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': this.#csrf },
      body: JSON.stringify({
        do: 'review',
        answer: card.review.id,
        verdict,
        text: verdict === 'correct' ? text ?? '' : '',
        note,
        again: card.review.closed_at !== null,
        anyway: verdict === 'correct' && this.meant(),
      }),
    });
    const body = await answer.json();
    if (!answer.ok) {
      await this.#refused(card, answer, body.error, text);
      return;
    }
    await this.look(true);
    await this.#counts(card, { text, note }, rows, !!body.proposed_by);
  }

  /** On to the next one; whoever went on, or writes, stays there with all that they wrote. */
  async #counts(
    card: ReviewCard,
    sent: Written,
    rows: readonly Row[],
    two: boolean,
  ): Promise<void> {
    const { id } = card.review;
    const at = this.#at(card);
    const now = at ? { text: this.text.value, note: this.note.value } : this.#unsent.get(id);
    const more = now?.text !== sent.text || now.note !== sent.note;
    if (!more) this.#unsent.delete(id);
    if (!more && at) [this.text.value, this.note.value] = [null, ''];
    if (this.chosen.value !== id) return;
    if (at && more) await this.#read(id);
    else if (this.card.value === card && !two) await this.#goOn(rows, id);
    else await this.open(id); // whoever came back, or proposed it, sees how it stands by now
  }

  /** The card as it is by now, unless somebody has gone on meanwhile. */
  async #read(id: string): Promise<boolean> {
    const visit = this.#visit;
    const card = await this.#get(`/console/lane/${encodeURIComponent(id)}`);
    if (!card || visit !== this.#visit) return false;
    this.card.value = card;
    return true;
  }

  /** In the lane to what followed this one, or came before it, and still waits. */
  async #goOn(rows: readonly Row[], id: string): Promise<void> {
    const at = rows.findIndex((row) => row.id === id);
    const near = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0)).reverse()];
    const waits = (row: Row) =>
      !this.#sent.has(row.id) && this.rows.value.some(({ id }) => id === row.id);
    const next = this.list.value === 'waiting' ? near.find(waits)?.id : id;
    if (next) await this.open(next);
    else this.leave();
  }

  async #refused(
    card: ReviewCard,
    answer: Response,
    error: Refusal,
    text: string | null,
  ): Promise<void> {
    const texts = onLane.value;
    const details = error.details ?? {};
    if (error.code === 'warned') {
      if (this.#at(card)) this.warned.value = text;
      const rules = [details.rules ?? []].flat().map((rule) => `${rule}`.replaceAll(/[-_]+/g, ' '));
      this.#fails(card, texts.warned(rules.join(', ')));
    } else if (error.code === 'already_reviewed') {
      this.#fails(card, texts.already(`${details.by}`, verdict(`${details.verdict}`)));
      if (this.#at(card)) await this.#read(card.review.id); // the same again overturns it
    } else if (answer.status === 429) {
      this.#fails(card, texts.tooMany(Number(answer.headers.get('retry-after')) || 1));
    } else {
      this.#fails(card, refusal(error));
    }
  }

  /** Said wherever the person is by now; of another answer than that, with its words. */
  #fails(card: ReviewCard, why: string): void {
    this.problem.value = this.#at(card) ? why : onLane.value.elsewhere(card.review.excerpt, why);
  }

  /** Whether the person is at this answer, still or again. */
  #at(card: ReviewCard): boolean {
    return this.card.value?.review.id === card.review.id;
  }

  // deno-lint-ignore no-explicit-any -- checked by the server's types
  async #get(path: string): Promise<any> {
    try {
      const answer = await this.way.fetch(path, { cache: 'no-store' });
      if (answer.ok) return await answer.json();
      this.standing.value = STANDING[answer.status] ?? 'lost';
    } catch {
      this.standing.value = 'lost';
    }
    return null;
  }
}

const STANDING: Readonly<Record<number, Standing>> = { 401: 'signed_out', 403: 'not_allowed' };

/** What was said of an answer, in words. */
export function verdict(of: string): string {
  const known: Readonly<Record<string, string>> = onLane.value.verdicts;
  return known[of] ?? of;
}

function asked(view: ReviewView): Row {
  const { id, excerpt, causes, verdict, opened_at } = view;
  return { id, excerpt, why: causes, said: verdict, at: opened_at };
}

function held(view: DecidedView): Row {
  const { answer, excerpt, rules, decision, review } = view;
  const why = rules.map((rule) => `rule:${rule}`);
  return { id: answer, excerpt, why, said: review || decision.action, at: decision.at };
}
