/** A key as it was pressed, and what it is called. */

/** As much of a keyboard event as is needed here. */
export interface Press {
  readonly key: string;
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/** The name of what was pressed. With Alt some keyboards write other characters: the place counts. */
export function named(press: Press): string {
  const { key, code } = press;
  if (!press.altKey) return press.ctrlKey || press.metaKey ? `Ctrl+${key}` : key;
  const plain = /^[a-z\d]$/i.test(key);
  return alt(plain ? key : code?.replace(/^(?:Digit|Key)/, '') ?? key);
}

/** All that it may be called: with Alt, what stands on the key counts, too. */
export function names(press: Press): readonly string[] {
  return press.altKey ? [named(press), alt(press.key)] : [named(press)];
}

/** With Alt, whether capital or not. */
export function alt(key: string): string {
  return `Alt+${key.toLowerCase()}`;
}
