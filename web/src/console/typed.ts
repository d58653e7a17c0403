/** What was typed and not sent yet, by hold or conversation and field. Outlives a reload. */
import { signal } from '@preact/signals';
import type { Shelf } from './outbox.ts';

const KEY = 'hitl-typed';
const KEPT = 50;

export type Texts = Readonly<Record<string, string>>;

export class Typed {
  readonly all = signal<Readonly<Record<string, Texts>>>({});

  constructor(private readonly shelf: Shelf) {
    this.all.value = JSON.parse(shelf.getItem(KEY) ?? '{}');
  }

  of(id: string): Texts | undefined {
    return this.all.value[id];
  }

  put(id: string, texts: Texts): void {
    const { [id]: _, ...others } = this.all.value;
    this.#keep({ ...others, [id]: texts });
  }

  drop(id: string): void {
    const { [id]: dropped, ...others } = this.all.value;
    if (dropped) this.#keep(others);
  }

  empty(): void {
    this.#keep({});
  }

  #keep(all: Record<string, Texts>): void {
    this.all.value = Object.fromEntries(Object.entries(all).slice(-KEPT));
    this.shelf.setItem(KEY, JSON.stringify(this.all.value));
  }
}
