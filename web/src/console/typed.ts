/**
 * What was typed and not sent yet, by hold or conversation and field. It outlives a reload; and its
 * tab, should that be lost: the next one of the same person begins with it.
 */
import { signal } from '@preact/signals';
import type { Shelf } from './outbox.ts';

const KEY = 'hitl-typed';
const KEPT = 50;

export type Texts = Readonly<Record<string, string>>;
type All = Readonly<Record<string, Texts>>;

export class Typed {
  readonly all = signal<All>({});
  #person = '';

  /** `shelf` is this tab's, `kept` is this browser's. */
  constructor(private readonly shelf: Shelf, private readonly kept: Shelf) {
    this.all.value = JSON.parse(shelf.getItem(KEY) ?? '{}');
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

  /** Whose it is from now on. What they left in another tab is here, too; what is here, wins. */
  begin(person: string): void {
    this.#person = person;
    this.#keep({ ...this.#left(), ...this.all.value });
  }

  /** This tab is somebody else's, or will be. */
  empty(): void {
    this.#keep({});
  }

  /** Whoever signs out leaves nothing in this browser but what their own tabs show. */
  end(): void {
    this.kept.setItem(KEY, '');
  }

  #keep(all: All): void {
    this.all.value = recent(all);
    this.shelf.setItem(KEY, JSON.stringify(this.all.value));
  }

  /** For the next tab: only what changes, as other tabs leave theirs in the same place. */
  #leave(id: string, texts: Texts | null): void {
    if (!this.#person) return;
    const { [id]: _, ...others } = this.#left();
    const all = recent(texts ? { ...others, [id]: texts } : others);
    this.kept.setItem(KEY, JSON.stringify({ person: this.#person, all }));
  }

  /** Nothing, if the last one here was somebody else. */
  #left(): All {
    const { person, all } = JSON.parse(this.kept.getItem(KEY) || '{}');
    return person === this.#person ? all : {};
  }
}

function recent(all: All): All {
  return Object.fromEntries(Object.entries(all).slice(-KEPT));
}
