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
  const letter = press.altKey ? press.code?.replace(/^(?:Digit|Key)/, '') ?? press.key : press.key;
  if (press.altKey) return `Alt+${letter.toLowerCase()}`;
  return press.ctrlKey || press.metaKey ? `Ctrl+${letter}` : letter;
}
