/**
 * The language of this page: what is said comes from a catalogue, numbers and times from Intl. Other
 * languages than English are fetched when somebody wants them.
 */
import { computed, signal } from '@preact/signals';
import { en } from './en.ts';

type Said<T> = T extends string ? string
  : T extends (...given: infer Given) => string ? (...given: Given) => string
  : { readonly [Key in keyof T]: Said<T[Key]> };

/** What every language has to say; the compiler finds what one of them leaves out. */
export type Catalogue = Said<typeof en>;

const LANGUAGES = new Map<string, () => Promise<Catalogue>>([
  ['en', () => Promise.resolve(en)],
  ['de', async () => (await import('./de.ts')).de],
]);

/** `tag` is what people asked for, such as `de-AT`: it says how numbers and times are written. */
const spoken = signal<{ readonly tag: string; readonly say: Catalogue }>({ tag: 'en', say: en });

/** Reading it makes a view follow the language. */
export const say = computed(() => spoken.value.say);
export const tag = computed(() => spoken.value.tag);

/** The first of these languages that there is; English if there is none of them. */
export async function speak(wanted: readonly string[]): Promise<void> {
  for (const each of wanted) {
    const catalogue = LANGUAGES.get(each.split('-')[0]?.toLowerCase() ?? '');
    if (!catalogue) continue;
    spoken.value = { tag: each, say: await catalogue() };
    return;
  }
  spoken.value = { tag: 'en', say: en };
}
