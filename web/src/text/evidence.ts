/** What a card says about why it is held and what came before: loaded with it. */
import { en } from './evidence_en.ts';
import { catalogue } from './languages.ts';

export const onEvidence = catalogue(en, { de: async () => (await import('./evidence_de.ts')).de });
