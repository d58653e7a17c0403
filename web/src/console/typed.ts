/**
 * What was typed and not sent yet, by hold or conversation and field. It outlives a reload; and its
 * tab, should that be lost: the next one of the same person begins with it. Where two tabs have the
 * same, what is done with it in one is done in both: nothing is sent twice.
 */
import { signal } from '@preact/signals';
import { parsed, type Shelf } from '../shared/shelf.ts';

const KEY = 'hitl-typed';
const KEPT = 50;
/** Seconds: nobody goes on with it later. */
const DAY = 86_400;

export type Texts = Readonly<Record<string, string>>;
type All = Readonly<Record<string, Texts>>;
type Left = Readonly<Record<string, { readonly texts: Texts; readonly at: number }>>;

export class Typed {
  readonly all = signal<All>({});
  #person = '';

  /** `shelf` is this tab's, `kept` is this browser's. */
  constructor(
    private readonly shelf: Shelf,
    private readonly kept: Shelf,
    private readonly now: () => number,
  ) {
    this.all.value = object(parsed(shelf.getItem(KEY)));
  }

  of(id: string): Texts | undefined {
    return this.all.value[id];
  }

  put(id: string, texts: Texts): void {
    const { [id]: _, ...others } = this.all.value;
    this.#keep({ ...others, [id]: texts });
    this.#leave(id, texts);
  }

  drop(id: string): void {
    const { [id]: dropped, ...others } = this.all.value;
    if (dropped) this.#keep(others);
    this.#leave(id, null);
  }

  /**
   * Whose it is from now on. What they left in another tab is here, too; what is here, wins. What
   * somebody else left, or they themselves long ago, is nowhere any more.
   */
  begin(person: string): void {
    if (person === this.#person) return;
    this.#person = person;
    const left = this.#left(this.kept.getItem(KEY)) ?? {};
    this.#write(left);
    this.#keep({ ...texts(left), ...this.all.value });
  }

  /** Another tab changed what is left: what is here as it was there, follows. */
  elsewhere(
    { key, oldValue, newValue }: Pick<StorageEvent, 'key' | 'oldValue' | 'newValue'>,
  ): void {
    if (key !== KEY || !this.#person) return;
    const [before, after] = [this.#left(oldValue), this.#left(newValue)];
    if (!after) { // signed out there, or somebody else came
      this.#person = '';
      return;
    }
    const all = { ...this.all.value };
    const full = Object.keys(after).length === KEPT; // what is not there had no room
    for (const [id, { texts }] of Object.entries(before ?? {})) {
      if (JSON.stringify(all[id]) !== JSON.stringify(texts)) continue;
      if (after[id]) all[id] = after[id].texts;
      else if (!full) delete all[id];
    }
    this.#keep(all);
  }

  /** This tab is somebody else's, or will be. */
  empty(): void {
    this.#keep({});
  }

  /** Whoever signs out leaves nothing in this browser but what their own tabs show. */
  end(): void {
    this.#person = '';
    this.kept.setItem(KEY, '');
  }

  #keep(all: All): void {
    this.all.value = recent(all);
    this.shelf.setItem(KEY, JSON.stringify(this.all.value));
  }

  /** For the next tab: only what changes, as other tabs leave theirs in the same place. */
  #leave(id: string, texts: Texts | null): void {
    if (!this.#person) return;
    const { [id]: _, ...others } = this.#left(this.kept.getItem(KEY)) ?? {};
    this.#write(texts ? { ...others, [id]: { texts, at: this.now() } } : others);
  }

  #write(left: Left): void {
    this.kept.setItem(KEY, JSON.stringify({ person: this.#person, left: recent(left) }));
  }

  /** null, if the last one here was somebody else. */
  #left(stored: string | null): Left | null {
    const { person, left } = object<unknown>(parsed(stored));
    if (person !== this.#person) return null;
    const all = Object.entries(object<Left[string]>(left));
    return Object.fromEntries(all.filter(([, { at }]) => this.now() - at < DAY));
  }
}

function texts(left: Left): All {
  return Object.fromEntries(Object.entries(left).map(([id, { texts }]) => [id, texts]));
}

function recent<Thing>(all: Readonly<Record<string, Thing>>): Readonly<Record<string, Thing>> {
  return Object.fromEntries(Object.entries(all).slice(-KEPT));
}

/** Nothing, where something else is written. */
function object<Thing>(found: unknown): Readonly<Record<string, Thing>> {
  return typeof found === 'object' && found !== null ? found as Record<string, Thing> : {};
}
