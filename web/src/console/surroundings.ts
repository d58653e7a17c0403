/** What a desk needs of the browser around it; tests bring their own. */
import type { Socket } from './link.ts';
import type { Shelf } from '../shared/shelf.ts';

export interface Surroundings {
  /** What belongs to this tab, and what to this browser. */
  readonly shelf: Shelf;
  readonly kept: Shelf;
  readonly now: () => number;
  readonly later: (seconds: number, what: () => void) => void;
  readonly open: () => Socket;
  readonly location: { hash: string; reload(): void };
}
