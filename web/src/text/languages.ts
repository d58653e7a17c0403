/**
 * The language of this page. A part of the product brings a catalogue: English at once, other
 * languages when somebody wants them. Numbers and times are Intl's (numbers.ts).
 */
import { type ReadonlySignal, signal } from '@preact/signals';

/** The same words in another language: the compiler finds what is left out. */
export type Said<T> = T extends string ? string
  : T extends (...given: infer Given) => string ? (...given: Given) => string
  : { readonly [Key in keyof T]: Said<T[Key]> };

/** Languages there are beside English. */
type Other = 'de';
const OTHERS: readonly Other[] = ['de'];

/** What people asked for, such as `de-AT`: it says how numbers and times are written. */
export const tag = signal('en');
let spoken: 'en' | Other = 'en';
const catalogues: Array<(language: 'en' | Other) => Promise<void>> = [];

/** A catalogue as views read it: whatever they show follows the language. */
export type Says<English> = ReadonlySignal<Said<English>>;

export function catalogue<English>(
  english: English,
  others: Readonly<Record<Other, () => Promise<Said<English>>>>,
): Says<English> {
  const says = signal(english as Said<English>);
  const turn = async (language: 'en' | Other) => {
    says.value = language === 'en' ? english as Said<English> : await others[language]();
  };
  catalogues.push(turn);
  if (spoken !== 'en') void turn(spoken); // it came after the language was chosen
  return says;
}

/** The first of these languages that there is; English if there is none of them. */
export async function speak(wanted: readonly string[]): Promise<void> {
  for (const each of [...wanted, 'en']) {
    const base = each.split('-')[0]?.toLowerCase();
    const found = OTHERS.find((one) => one === base) ?? (base === 'en' ? 'en' : null);
    if (!found) continue;
    spoken = found;
    await Promise.all(catalogues.map((turn) => turn(found)));
    tag.value = each;
    return;
  }
}
