import type { Desk } from '../desk.ts';

/** The key of a command as it is now; nothing where it has none. */
export function KeyCap({ desk, of }: { desk: Desk; of: string }) {
  const key = desk.keys.shown(of);
  return key ? <kbd aria-hidden='true'>{key}</kbd> : null;
}
