/** What the console says. */
import { en } from './en.ts';
import { catalogue } from './languages.ts';

export { speak, tag } from './languages.ts';

export const say = catalogue(en, { de: async () => (await import('./de.ts')).de });
