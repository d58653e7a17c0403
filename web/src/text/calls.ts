/** How agents are called: loaded with what calls them. */
import { en } from './calls_en.ts';
import { catalogue } from './languages.ts';

export const onCalls = catalogue(en, { de: async () => (await import('./calls_de.ts')).de });
