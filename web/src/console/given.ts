/**
 * Where work is given to people (`push`), the card of what was given opens by itself: once, for who
 * is at this page, has nothing else in hand on it and writes nothing. Else it only rings.
 */
import { effect, untracked } from '@preact/signals';
import type { HoldView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import type { Desk } from './desk.ts';
import { conversationNow, isMine } from './now.ts';
import { MOMENT } from './sight.ts';
import { alive, holdOf } from './state.ts';

/** As much of a page as is used here. */
export interface Attended {
  /** Whether somebody is at this page, and not in another window. */
  readonly attended: () => boolean;
  readonly typing: () => boolean;
  /** The card is there: to it, unless the focus is somewhere already. */
  readonly shown: () => void;
}

export class Given {
  /** By name, with the fence: what comes back is given anew. */
  readonly #known = new Set<string>();
  #opened = '';
  #at = -Infinity;

  constructor(private readonly desk: Desk, private readonly page: Attended) {
    effect(() => this.#look());
    effect(() => this.#arrived());
  }

  /** Whether a card opened by itself so lately that a key was hardly meant for it. */
  startles(): boolean {
    const lately = this.desk.around.now() - this.#at < MOMENT;
    return lately && !this.desk.editing.value;
  }

  #look(): void {
    const { desk } = this;
    if (desk.me.value?.mode !== 'push') return;
    desk.now.value; // whoever was busy may be free by now
    const mine = desk.queue.value.filter((hold) => given(desk, hold));
    const looked = mine.find(({ id }) => id === desk.looking.value?.id);
    if (looked) this.#known.add(name(looked));
    const next = mine.find((hold) => !this.#known.has(name(hold)));
    if (!next || busy(desk) || !this.page.attended() || this.page.typing()) return;
    this.#known.add(name(next));
    this.#at = desk.around.now();
    this.#opened = next.id;
    untracked(() => {
      desk.look({ at: 'hold', id: next.id });
      desk.tell(say.value.app.here);
    });
  }

  #arrived(): void {
    const { desk } = this;
    const { cards } = desk.state.value;
    if (!this.#opened || desk.looking.value?.id !== this.#opened || !cards.has(this.#opened)) {
      return;
    }
    this.#opened = '';
    desk.around.later(0, () => this.page.shown());
  }
}

function given(desk: Desk, { state, claimed_by }: HoldView): boolean {
  return state === 'claimed' && isMine(desk, claimed_by);
}

function name({ id, fence }: HoldView): string {
  return `${id}:${fence}`;
}

/** Whether they do something here that is not over: decide, write, speak, read what went wrong. */
function busy(desk: Desk): boolean {
  const looking = desk.looking.value;
  if (desk.standing.value !== 'live' || desk.away.value || desk.sheet.value) return true;
  if (desk.notice.value?.problem) return true;
  if (looking?.at === 'conv') return isMine(desk, conversationNow(desk)?.owner ?? null);
  const hold = looking ? holdOf(desk.state.value, looking.id) : undefined;
  if (!hold || !alive(hold)) return false;
  const made = hold.proposal; // the key that decided, once more, is meant for this
  return !made || !isMine(desk, made.by) || made.settle_at > desk.now.value;
}
