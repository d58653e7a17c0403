/**
 * What somebody looked at when they decided. Where the server refuses because there is something
 * else by now, it stays until they decide again or have read what changed (changed.ts).
 */
import { signal } from '@preact/signals';
import type { AnyCommand, Card, ErrorView } from '../shared/protocol.gen.ts';

export interface Overtaken {
  readonly seen: Card;
  /** Whether the card came anew since: what was known before is old. */
  readonly fresh: boolean;
}

/** Seconds in which a key may be meant for what was there before. */
export const MOMENT = 1;

/** Another hold than was seen, another owner since, another text. */
const CODES = ['stale_version', 'stale_fence', 'stale_draft'];

export class Sight {
  readonly overtaken = signal<Overtaken | null>(null);
  readonly #seen = new Map<string, Card>();
  /** When the card came, by hold. */
  readonly #came = new Map<string, number>();

  /** This goes to the server, by who saw these cards. */
  commanded(cmd: AnyCommand, cards: ReadonlyMap<string, Card>): void {
    if (cmd.do !== 'decide' && cmd.do !== 'second') return;
    const card = cards.get(cmd.hold);
    if (!card) return; // what is decided with another hold is not looked at
    this.#seen.set(cmd.hold, card);
    if (this.overtaken.value?.seen.hold.id === cmd.hold) this.close();
  }

  /** Its answer: the hold of which something else was seen than there is; '' if that is not why. */
  answered(cmd: AnyCommand, error: ErrorView | null): string {
    if (cmd.do !== 'decide' && cmd.do !== 'second') return '';
    const seen = this.#seen.get(cmd.hold);
    this.#seen.delete(cmd.hold);
    if (!seen || !CODES.includes(error?.code ?? '')) return '';
    this.overtaken.value = { seen, fresh: false };
    return cmd.hold;
  }

  /** The card of this hold came. Whether it is the one that was waited for. */
  came(hold: string, at: number): boolean {
    const now = this.overtaken.value;
    const wanted = now !== null && !now.fresh && now.seen.hold.id === hold;
    if (wanted) {
      this.#came.set(hold, at);
      this.overtaken.value = { ...now, fresh: true };
    }
    return wanted;
  }

  /** Whether what changed is shown so lately that a second tap was hardly meant for it. */
  startles(hold: string, now: number): boolean {
    return this.shown(hold) !== null && now - (this.#came.get(hold) ?? -Infinity) < MOMENT;
  }

  /** What was seen of this hold, while what it says now stands beside it. */
  shown(hold: string | undefined): Card | null {
    const now = this.overtaken.value;
    return now?.fresh && now.seen.hold.id === hold ? now.seen : null;
  }

  close(): void {
    this.overtaken.value = null;
  }
}
