/** What a key does, in words. */
import { onSheets } from '../text/sheets.ts';
import type { Key } from './keys.ts';

/** The keys of a row do the same. */
export function does({ id }: Pick<Key, 'id'>): string {
  const known: Readonly<Record<string, string>> = onSheets.value.does;
  return known[id.replace(/-\d$/, '')] ?? id;
}
