/** What a card says of a decision that was overtaken: loaded with it. */
import { en } from './changed_en.ts';
import { catalogue } from './languages.ts';

export const onChanged = catalogue(en, {
  de: async () => (await import('./changed_de.ts')).de,
});
