/** What sheets say, and what each key does: loaded with them. */
import { catalogue } from './languages.ts';
import { en } from './sheets_en.ts';

export const onSheets = catalogue(en, { de: async () => (await import('./sheets_de.ts')).de });
