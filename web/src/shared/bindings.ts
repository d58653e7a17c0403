/**
 * Which key does what, as this person wants it: kept per person in this browser. Single letters can
 * be switched off, for whoever dictates or hits keys by accident (WCAG 2.1.4).
 */
import { signal } from '@preact/signals';

/** Where it is kept. */
interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Kept {
  readonly own: Readonly<Record<string, string>>;
  readonly off: boolean;
}

/** A command by its name, and its usual key. */
interface Command {
  readonly id: string;
  readonly key: string;
}

const NONE: Kept = { own: {}, off: false };

export class Bindings {
  readonly #kept = signal<Kept>(NONE);
  readonly #known = signal<readonly Command[]>([]);
  #person = '';

  constructor(private readonly shelf: Shelf) {}

  /** From now on it is this person who sits here. */
  load(person: string): void {
    this.#person = person;
    this.#kept.value = read(this.shelf.getItem(this.#name));
  }

  get off(): boolean {
    return this.#kept.value.off;
  }

  get changed(): boolean {
    return this.off || Object.keys(this.#kept.value.own).length > 0;
  }

  /** What there is, once the code of it is there. */
  learn(commands: readonly Command[]): void {
    this.#known.value = commands;
  }

  /** The key of the command of this name, as people read it; '' if it has none now. */
  shown(id: string): string {
    const found = this.#known.value.find((one) => one.id === id);
    return found ? this.of(found).replace('Escape', 'Esc').replace('+', ' ') : '';
  }

  /** The key of a command; '' if it has none now. */
  of(command: Command): string {
    const key = this.#kept.value.own[command.id] ?? command.key;
    return this.off && bare(key) ? '' : key;
  }

  set(id: string, key: string): void {
    this.#keep({ ...this.#kept.value, own: { ...this.#kept.value.own, [id]: key } });
  }

  switchOff(off: boolean): void {
    this.#keep({ ...this.#kept.value, off });
  }

  reset(): void {
    this.#keep(NONE);
  }

  get #name(): string {
    return `hitl-keys:${this.#person}`;
  }

  #keep(kept: Kept): void {
    this.#kept.value = kept;
    this.shelf.setItem(this.#name, JSON.stringify(kept));
  }
}

/** A key without Ctrl or Alt that writes something. */
export function bare(key: string): boolean {
  return [...key].length === 1;
}

function read(stored: string | null): Kept {
  try {
    const { own, off } = JSON.parse(stored ?? '{}');
    const keys = Object.entries(own ?? {}).filter(([, key]) => typeof key === 'string' && key);
    return { own: Object.fromEntries(keys) as Record<string, string>, off: off === true };
  } catch {
    return NONE;
  }
}
