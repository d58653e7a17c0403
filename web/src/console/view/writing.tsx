import { useLayoutEffect, useRef } from 'preact/hooks';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { type Box, boxNow, boxOf, written } from '../unsent.ts';

/** A few words, and one button that does something with them. They stay until that is done. */
export function Writing(
  { desk, sheet, says, does, run, optional = false }: {
    desk: Desk;
    sheet: Box;
    says: string;
    does: string;
    run: (desk: Desk, text: string) => void;
    optional?: boolean;
  },
) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const here = area.current;
    here?.focus();
    here?.setSelectionRange(here.value.length, here.value.length);
  }, []);
  const box = boxNow(desk, sheet);
  const text = written(desk, box);
  const sending = desk.waiting.value.some(({ cmd }) => boxOf(cmd) === box);
  const ready = !sending && (optional || text.trim() !== '');
  const done = () => ready && run(desk, text);
  return (
    <form
      aria-busy={sending}
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
          ref={area}
          dir='auto'
          rows={3}
          readOnly={sending}
          value={text}
          onInput={({ currentTarget: { value } }) =>
            value ? desk.typed.put(box, { text: value }) : desk.typed.drop(box)}
        />
      </label>
      <button type='submit' class='button main' aria-disabled={!ready}>
        {sending ? onSheets.value.sending : does} <kbd aria-hidden='true'>Ctrl Enter</kbd>
      </button>
    </form>
  );
}
