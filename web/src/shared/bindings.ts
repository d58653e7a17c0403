/**
 * Which key does what, as this person wants it: kept per person and page in this browser. Single
 * letters can be switched off, for whoever dictates or hits keys by accident (WCAG 2.1.4): on all
 * pages at once.
 */
import { signal } from '@preact/signals';
import { parsed, type Shelf } from './shelf.ts';

/** Keys by the names of their commands. */
export type Own = Readonly<Record<string, string>>;

/** A command by its name, and its usual key. */
interface Command {
  readonly id: string;
  readonly key: string;
}

export class Bindings {
  readonly #own = signal<Own>({});
  readonly #off = signal(false);
  readonly #known = signal<readonly Command[]>([]);
  #person = '';

  constructor(private readonly shelf: Shelf, private readonly page: 'console' | 'lane') {}

  /** From now on it is this person who sits here. */
  load(person: string): void {
    this.#person = person;
    this.#look();
  }

  get off(): boolean {
    return this.#off.value;
  }

  get changed(): boolean {
    return this.off || Object.keys(this.#own.value).length > 0;
  }

  /** What there is, once the code of it is there. */
  learn(commands: readonly Command[]): void {
    this.#known.value = commands;
  }

  /** The key of the command of this name, as people read it; '' if it has none now. */
  shown(id: string): string {
    const found = this.#known.value.find((one) => one.id === id);
    return found ? this.of(found).replace('Escape', 'Esc').replace(/(?<=Ctrl|Alt)\+/, ' ') : '';
  }

  /** The key of a command; '' if it has none now. */
  of(command: Command): string {
    const key = this.meant(command);
    return this.off && bare(key) ? '' : key;
  }

  /** The key of a command when none is switched off. */
  meant({ id, key }: Command): string {
    return this.#own.value[id] ?? key;
  }

  /** A command that answers to one of these keys in the same place; a change must not make one. */
  clash(wanted: Own): Command | undefined {
    this.#look();
    const known = this.#known.value;
    return known.find((one) =>
      !Object.hasOwn(wanted, one.id) &&
      known.some(({ id, key }) => wanted[id] === this.meant(one) && key !== one.key)
    );
  }

  set(wanted: Own): void {
    this.#look();
    this.#keep({ ...this.#own.value, ...wanted });
  }

  switchOff(off: boolean): void {
    this.#off.value = off;
    this.shelf.setItem(this.#letters, off ? 'off' : '');
  }

  /** Another tab keeps something, or forgets all: keys are the same in every tab. */
  elsewhere({ key }: { readonly key: string | null }): void {
    if (key === null || key === this.#name || key === this.#letters) this.#look();
  }

  reset(): void {
    this.#keep({});
    this.switchOff(false);
  }

  get #name(): string {
    return `hitl-keys:${this.page}:${this.#person}`;
  }

  get #letters(): string {
    return `hitl-letters:${this.#person}`;
  }

  /** As it is by now: another tab may have changed it. */
  #look(): void {
    this.#own.value = read(this.shelf.getItem(this.#name));
    this.#off.value = this.shelf.getItem(this.#letters) === 'off';
  }

  #keep(own: Own): void {
    this.#own.value = own;
    this.shelf.setItem(this.#name, JSON.stringify(own));
  }
}

/** A key without Ctrl or Alt that writes something. */
export function bare(key: string): boolean {
  return [...key].length === 1;
}

function read(stored: string | null): Own {
  return Object.fromEntries(Object.entries(parsed(stored) ?? {}).filter(named));
}

function named(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1] !== '';
}
