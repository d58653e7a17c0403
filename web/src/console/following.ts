/**
 * The streams that this console follows: what is looked at, and where its person speaks. Whoever runs
 * along the list is not taken for a flood.
 */
import type { Desk } from './desk.ts';
import { telling } from './late.ts';
import { streams } from './looking.ts';
import { unfollowed } from './state.ts';
import { mine } from './unread.ts';

/** Seconds between two changes of what is followed. */
const CALM = 0.25;
/** Streams that are followed at once. */
const MOST = 40;

export class Following {
  #followed: readonly string[] = [];
  #at = 0;
  #waits = false;

  constructor(private readonly desk: Desk) {}

  /** All of it, for a connection that begins. */
  begin(): readonly string[] {
    return this.#followed = this.#wanted();
  }

  /** What is wanted by now, soon. */
  follow(): void {
    const { around, link, state } = this.desk;
    if (this.#waits) return;
    const wait = this.#at - around.now();
    if (wait > 0) {
      this.#waits = true;
      return around.later(wait, () => {
        this.#waits = false;
        this.follow();
      });
    }
    this.#at = around.now() + CALM;
    const wanted = this.#wanted();
    for (const stream of this.#followed.filter((one) => !wanted.includes(one))) {
      state.value = unfollowed(state.value, stream);
      link.send({ type: 'unfollow', stream });
    }
    for (const stream of wanted.filter((one) => !this.#followed.includes(one))) {
      link.send({ type: 'follow', stream });
    }
    this.#followed = wanted;
  }

  /** The same, unless there is nothing to change. */
  catchUp(): void {
    if (this.#wanted().some((one) => !this.#followed.includes(one))) this.follow();
  }

  /** What is known of it may be old: it is told anew, if it is followed. */
  anew(stream: string): void {
    if (this.#followed.includes(stream)) this.desk.link.send({ type: 'follow', stream });
  }

  /** What is looked at, and every conversation that I speak in: nobody waits there unseen. */
  #wanted(): string[] {
    const { looking, state } = this.desk;
    const own = mine(state.value).map(({ id }) => `conv:${id}`);
    const all = [...streams(looking.value), ...telling(this.desk), ...own];
    return [...new Set(all)].slice(0, MOST);
  }
}
