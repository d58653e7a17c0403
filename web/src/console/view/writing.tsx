import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Desk } from '../desk.ts';

/** A few words, and one button that does something with them. */
export function Writing(
  { desk, says, does, run, optional = false }: {
    desk: Desk;
    says: string;
    does: string;
    run: (desk: Desk, text: string) => void;
    optional?: boolean;
  },
) {
  const text = useSignal('');
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const done = () => {
    if (!optional && !text.value.trim()) return;
    desk.show(null);
    run(desk, text.value);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return;
        event.preventDefault();
        done();
      }}
    >
      <label>
        <span>{says}</span>
        <textarea
          ref={box}
          dir='auto'
          rows={3}
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
      </label>
      <button type='submit' class='button main' aria-disabled={!optional && !text.value.trim()}>
        {does} <kbd aria-hidden='true'>Ctrl Enter</kbd>
      </button>
    </form>
  );
}
