/** The question why, as it stands on a card: one at a time. */
import type { HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export interface Asking {
  /** Named like the command that asks. */
  readonly why: 'reject' | 'put-back';
  readonly hold: string;
  /** Whose hold it is may change while one is asked. */
  readonly fence: number;
}

export function ask(desk: Desk, why: Asking['why'], { id, fence }: HoldView): void {
  desk.asking.value = { why, hold: id, fence };
}

export function asks(desk: Desk, why: Asking['why'], { id }: HoldView): boolean {
  return desk.asking.value?.why === why && desk.asking.value.hold === id;
}
