/**
 * Commands that have no answer yet. They outlive a reload of the page and are sent again under the
 * same id, which the server answers again instead of doing them twice.
 */
import type { AnyCommand, HoldView, MessageView } from '../shared/protocol.gen.ts';
import { parsed, type Shelf } from '../shared/shelf.ts';

/** Later than this a command would surprise whoever gave it. */
const STALE = 120_000;
const KEY = 'hitl-outbox';

export interface Waiting {
  readonly id: string;
  readonly cmd: AnyCommand;
  readonly at: number;
  /** The last message of its conversation that was in sight when it was given. */
  readonly after: number;
  /** It is not sent again and may have arrived: its conversation tells (late.ts). */
  readonly late?: true;
}

/** The server has done it; its news may be on its way, as long as no more is known of the hold. */
export interface Unheard {
  readonly cmd: AnyCommand;
  readonly known: HoldView;
}

export class Outbox {
  #waiting: readonly Waiting[];

  constructor(private readonly shelf: Shelf, private readonly now: () => number) {
    const found = parsed(shelf.getItem(KEY));
    this.#waiting = Array.isArray(found) ? found : [];
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  add(id: string, cmd: AnyCommand, after = 0): Waiting {
    const added = { id, cmd, at: this.now(), after };
    this.#keep([...this.#waiting, added]);
    return added;
  }

  /** The command that an answer belongs to, once. */
  take(id: string): Waiting | undefined {
    const found = this.#waiting.find((one) => one.id === id);
    if (found) this.#keep(this.#waiting.filter((one) => one !== found));
    return found;
  }

  /** What was given too long ago to be sent now. What was said stays, and is late. */
  takeStale(): readonly Waiting[] {
    const stale = this.#waiting.filter((one) => this.now() - one.at > STALE);
    const late = stale.filter(({ cmd }) => cmd.do === 'say');
    this.#keep(this.#waiting.flatMap((one) => {
      if (late.includes(one)) return [{ ...one, late: true }];
      return stale.includes(one) ? [] : [one];
    }));
    return stale.filter((one) => !late.includes(one));
  }

  /** What was said in this conversation and is late. */
  takeLate(conversation: string): readonly Waiting[] {
    const late = this.#waiting.filter((one) => lateIn(one) === conversation);
    if (late.length > 0) this.#keep(this.#waiting.filter((one) => !late.includes(one)));
    return late;
  }

  empty(): void {
    this.#keep([]);
  }

  #keep(waiting: readonly Waiting[]): void {
    this.#waiting = waiting;
    this.shelf.setItem(KEY, JSON.stringify(waiting));
  }
}

/** The conversation of what is late; '' for all else. */
export function lateIn({ cmd, late }: Waiting): string {
  return late && cmd.do === 'say' ? cmd.conversation : '';
}

/**
 * What was said and is not in the transcript yet. News of a message may come before the answer to
 * the command that sent it: then it is shown once, as the message that it is.
 */
export function unseen(
  waiting: readonly Waiting[],
  conversation: string,
  messages: readonly MessageView[],
): Waiting[] {
  const seen = new Set<string>(); // the same words twice are two messages
  return waiting.filter(({ cmd, after }) => {
    if (cmd.do !== 'say' || cmd.conversation !== conversation) return false;
    const found = messages.find(({ id, author, seq, text }) =>
      author === 'human' && seq > after && text === cmd.text && !seen.has(id)
    );
    if (found) seen.add(found.id);
    return !found;
  });
}
