/**
 * Commands that have no answer yet. They outlive a reload of the page and are sent again under the
 * same id, which the server answers again instead of doing them twice.
 */
import type { AnyCommand, MessageView } from '../shared/protocol.gen.ts';

/** Later than this a command would surprise whoever gave it. */
const STALE = 120_000;
const KEY = 'hitl-outbox';

export interface Waiting {
  readonly id: string;
  readonly cmd: AnyCommand;
  readonly at: number;
  /** The last message of its conversation that was in sight when it was given. */
  readonly after: number;
}

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class Outbox {
  #waiting: readonly Waiting[];

  constructor(private readonly shelf: Shelf, private readonly now: () => number) {
    this.#waiting = JSON.parse(shelf.getItem(KEY) ?? '[]');
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
    this.#keep(this.#waiting.filter((one) => one !== found));
    return found;
  }

  /** What was given too long ago to be sent now. */
  takeStale(): readonly Waiting[] {
    const stale = this.#waiting.filter((one) => this.now() - one.at > STALE);
    this.#keep(this.#waiting.filter((one) => !stale.includes(one)));
    return stale;
  }

  empty(): void {
    this.#keep([]);
  }

  #keep(waiting: readonly Waiting[]): void {
    if (waiting.length === this.#waiting.length) return;
    this.#waiting = waiting;
    this.shelf.setItem(KEY, JSON.stringify(waiting));
  }
}

/**
 * What was said and is not in the transcript yet. News of a message may come before the answer to
 * the command that sent it: then it is shown once, as the message that it is.
 */
export function unseen(
  waiting: readonly Waiting[],
  conversation: string,
  messages: readonly MessageView[],
): string[] {
  return waiting.flatMap(({ cmd, after }) => {
    if (cmd.do !== 'say' || cmd.conversation !== conversation) return [];
    const seen = messages.some(({ author, seq, text }) =>
      author === 'human' && seq > after && text === cmd.text
    );
    return seen ? [] : [cmd.text];
  });
}
