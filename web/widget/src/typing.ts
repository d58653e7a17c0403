/** Who types: said again and again while it lasts, and over when nobody has said so for a while. */
import { type Options, time, wait } from './way.ts';

const AGAIN = 10_000;
const FORGOTTEN = 15_000;

export class Typing {
  #told = -Infinity; // when it was said of the customer
  #heard = new AbortController();

  constructor(readonly around: Pick<Options, 'wait' | 'now'>) {}

  /** Whether it has to be said of the customer now. */
  news(on: boolean): boolean {
    const now = time(this.around.now);
    const news = on ? now - this.#told >= AGAIN : this.#told > -Infinity;
    if (news) this.#told = on ? now : -Infinity;
    return news;
  }

  /** It was said of a person: true when nobody has said it again for long enough. */
  async over(): Promise<boolean> {
    this.close();
    const { signal } = this.#heard = new AbortController();
    await (this.around.wait ?? wait)(FORGOTTEN, signal);
    return !signal.aborted;
  }

  close(): void {
    this.#heard.abort();
  }
}
