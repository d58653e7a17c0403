/** The queue as it stands on the screen: it keeps still while somebody points at it or is in it. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { HoldView } from '../shared/protocol.gen.ts';
import { frozen, type Shown } from './order.ts';
import type { State } from './state.ts';

export class Standstill {
  /** Until they go on with keys (begun.ts): where the pointer was left nobody points. */
  readonly pointed = signal(false);
  readonly focused = signal(false);
  /** What is seen, and gone through by keys. */
  readonly shown: ReadonlySignal<Shown>;
  #before: readonly HoldView[] = [];

  constructor(state: ReadonlySignal<State>, queue: ReadonlySignal<readonly HoldView[]>) {
    this.shown = computed(() => {
      const { holds, me } = state.value;
      const still = this.pointed.value || this.focused.value;
      const now = still ? frozen(queue.value, this.#before, holds, me?.id) : all(queue.value);
      this.#before = now.list;
      return now;
    });
  }

  /** Everything as it is now, although somebody points at it. */
  refresh(): void {
    this.#before = [];
    this.pointed.value = this.focused.value = false;
  }
}

const all = (list: readonly HoldView[]): Shown => ({ list, waiting: 0 });
