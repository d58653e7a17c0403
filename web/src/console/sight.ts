/**
 * What somebody looked at when they decided. Where the server refuses because there is something
 * else by now, it stays until they decide again or have read what changed (changed.ts).
 */
import { signal } from '@preact/signals';
import type { AnyCommand, Card, ErrorView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { cardNow, owing } from './now.ts';
import { alive } from './state.ts';

export interface Overtaken {
  readonly seen: Card;
  /** When the card came anew since; null: what is known of it is old. */
  readonly fresh: number | null;
}

/** Seconds in which a key may be meant for what was there before. */
export const MOMENT = 1;

/** Another hold than was seen, another owner since, another text. */
const CODES = ['stale_version', 'stale_fence', 'stale_draft'];

/** What was seen of the card that is looked at, where it says beside it what changed since. */
export function overtaken(desk: Desk): Card | null {
  const hold = cardNow(desk)?.hold;
  // who owes an opinion does not see what others did
  return hold && alive(hold) && !owing(desk) ? desk.sight.shown(hold.id) : null;
}

export class Sight {
  /** By hold: each is told where it is looked at. */
  readonly overtaken = signal<ReadonlyMap<string, Overtaken>>(new Map());
  readonly #seen = new Map<string, Card>();

  /** This goes to the server, by who saw these cards. */
  commanded(cmd: AnyCommand, cards: ReadonlyMap<string, Card>): void {
    if (cmd.do !== 'decide' && cmd.do !== 'second') return;
    const card = cards.get(cmd.hold);
    if (!card) return; // what is decided with another hold is not looked at
    this.#seen.set(cmd.hold, card);
    this.close(cmd.hold);
  }

  /** Its answer: the hold of which something else was seen than there is; '' if that is not why. */
  answered(cmd: AnyCommand, error: ErrorView | null): string {
    if (cmd.do !== 'decide' && cmd.do !== 'second') return '';
    const seen = this.#seen.get(cmd.hold);
    this.#seen.delete(cmd.hold);
    if (!seen || !CODES.includes(error?.code ?? '')) return '';
    this.#put(cmd.hold, { seen, fresh: null });
    return cmd.hold;
  }

  /** The card of this hold came. Whether it is one that was waited for. */
  came(hold: string, at: number): boolean {
    const now = this.overtaken.value.get(hold);
    if (!now || now.fresh !== null) return false;
    this.#put(hold, { ...now, fresh: at });
    return true;
  }

  /** Whether what changed is shown so lately that a second tap was hardly meant for it. */
  startles(hold: string, now: number): boolean {
    const fresh = this.overtaken.value.get(hold)?.fresh ?? null;
    return fresh !== null && now - fresh < MOMENT;
  }

  /** What was seen of this hold, once it is known what it says now. */
  shown(hold: string): Card | null {
    const now = this.overtaken.value.get(hold);
    return now && now.fresh !== null ? now.seen : null;
  }

  /** What changed was read, or is decided about. */
  close(hold: string): void {
    if (!this.overtaken.value.has(hold)) return;
    const others = [...this.overtaken.value].filter(([id]) => id !== hold);
    this.overtaken.value = new Map(others);
  }

  #put(hold: string, one: Overtaken): void {
    this.overtaken.value = new Map(this.overtaken.value).set(hold, one);
  }
}
