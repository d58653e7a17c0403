/** What the people page says, beside what the console says too. */
import { catalogue } from './languages.ts';
import { en } from './people_en.ts';

export const onPeople = catalogue(en, { de: async () => (await import('./people_de.ts')).de });
