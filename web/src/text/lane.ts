/** What the review lane says, beside what the console says too. */
import { en } from './lane_en.ts';
import { catalogue } from './languages.ts';

export const onLane = catalogue(en, { de: async () => (await import('./lane_de.ts')).de });
