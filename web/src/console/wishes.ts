/** How a person wants to be called: kept per person in this browser. */
import { signal } from '@preact/signals';
import type { Shelf } from '../shared/shelf.ts';

/** Something is mine to do, a hold has hardly any time left, or one came. The first counts. */
export const OCCASIONS = ['mine', 'hurry', 'high', 'usual'] as const;
export type Occasion = typeof OCCASIONS[number];

export interface Wish {
  readonly sound: boolean;
  readonly notice: boolean;
}

export interface Kept {
  readonly of: Readonly<Record<Occasion, Wish>>;
  /** "22:00"; '' where nothing is quiet. */
  readonly from: string;
  readonly to: string;
}

const BOTH: Wish = { sound: true, notice: true };
export const USUAL: Kept = {
  of: { mine: BOTH, hurry: BOTH, high: BOTH, usual: { sound: true, notice: false } },
  from: '',
  to: '',
};

export class Wishes {
  readonly kept = signal<Kept>(USUAL);
  #person = '';

  constructor(private readonly shelf: Shelf) {}

  /** From now on it is this person who sits here. */
  load(person: string): void {
    this.#person = person;
    this.kept.value = read(this.shelf.getItem(this.#name));
  }

  want(occasion: Occasion, wish: Partial<Wish>): void {
    const { of } = this.kept.value;
    this.keep({ of: { ...of, [occasion]: { ...of[occasion], ...wish } } });
  }

  keep(changed: Partial<Kept>): void {
    this.kept.value = { ...this.kept.value, ...changed };
    this.shelf.setItem(this.#name, JSON.stringify(this.kept.value));
  }

  get #name(): string {
    return `hitl-calls:${this.#person}`;
  }
}

/** The minute of the day where this person sits. */
export function minuteOfDay(): number {
  const now = new Date();
  return now.getHours() * 60 + now.getMinutes();
}

/** Whether it is quiet at this time of the day, in minutes. Hours may go over midnight. */
export function quiet({ from, to }: Kept, minute: number): boolean {
  const [begins, ends] = [minutes(from), minutes(to)];
  if (begins === null || ends === null || begins === ends) return false;
  return begins < ends ? begins <= minute && minute < ends : begins <= minute || minute < ends;
}

function minutes(time: string): number | null {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  return hour && minute ? Number(hour) * 60 + Number(minute) : null;
}

function read(stored: string | null): Kept {
  try {
    const { of, from, to } = JSON.parse(stored ?? '{}');
    const wishes = OCCASIONS.map((one) => [one, {
      sound: truth(of?.[one]?.sound, USUAL.of[one].sound),
      notice: truth(of?.[one]?.notice, USUAL.of[one].notice),
    }]);
    return { of: Object.fromEntries(wishes), from: time(from), to: time(to) };
  } catch {
    return USUAL;
  }
}

const truth = (given: unknown, usual: boolean) => typeof given === 'boolean' ? given : usual;
const time = (given: unknown) => typeof given === 'string' && minutes(given) !== null ? given : '';
