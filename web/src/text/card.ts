/** What cards and conversations say: loaded with them. */
import { en } from './card_en.ts';
import { catalogue } from './languages.ts';

export const onCard = catalogue(en, { de: async () => (await import('./card_de.ts')).de });
