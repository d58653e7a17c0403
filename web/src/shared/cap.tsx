import type { Signal } from '@preact/signals';
import { onSheets } from '../text/sheets.ts';
import { named } from './press.ts';

const ALONE = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'];
const THEIRS = ['Enter', 'Tab', ' '];

interface CapProps {
  readonly id: string;
  /** What the key does, in words, and which it is now; '' if there is none. */
  readonly does: string;
  readonly now: string;
  /** The command that waits for another key; '' if none does. */
  readonly asked: Signal<string>;
  readonly change: (key: string) => void;
  /** Why it cannot be the key that was pressed. */
  readonly refuse: (why: string) => void;
}

/** A key that somebody clicks to make it another. */
export function Cap({ id, does, now, asked, change, refuse }: CapProps) {
  const texts = onSheets.value;
  const waits = asked.value === id;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!waits || ALONE.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    asked.value = '';
    if (event.key === 'Escape') return;
    const key = named(event);
    if (THEIRS.includes(key)) refuse(texts.belong);
    else change(key);
  };
  return (
    <button
      type='button'
      class='cap'
      title={texts.clickThenPress}
      aria-label={texts.change(does, now || texts.noKey)}
      onClick={() => (asked.value = waits ? '' : id)}
      onBlur={() => waits && (asked.value = '')}
      onKeyDown={onKeyDown}
    >
      <kbd>{waits ? texts.press : now || texts.none}</kbd>
    </button>
  );
}
