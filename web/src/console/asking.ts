/** The question why, as it stands on a card: one at a time. */
import type { HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export interface Asking {
  /** Named like the command that asks. */
  readonly why: 'reject' | 'put-back';
  readonly hold: string;
  /** Whose hold it is may change while one is asked. */
  readonly fence: number;
  /** When it was answered: the same key once more is not meant for what stands there then. */
  readonly answered?: number;
}

export function ask(desk: Desk, why: Asking['why'], { id, fence }: HoldView): void {
  desk.asking.value = { why, hold: id, fence };
}

export function asks(desk: Desk, why: Asking['why'], { id }: HoldView): boolean {
  const now = desk.asking.value;
  return now?.why === why && now.hold === id && now.answered === undefined;
}
