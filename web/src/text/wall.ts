/** What the wall says, beside what the console says too. */
import { catalogue } from './languages.ts';
import { en } from './wall_en.ts';

export const onWall = catalogue(en, { de: async () => (await import('./wall_de.ts')).de });
