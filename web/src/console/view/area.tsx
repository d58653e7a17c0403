import { onCard } from '../../text/card.ts';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Prepared } from '../canned.ts';
import type { Desk } from '../desk.ts';
import { replies } from '../session.ts';
import { follow, matching, type Snippet, snippets, use } from '../snippets.ts';

interface Props {
  readonly desk: Desk;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly rows: number;
  readonly value: string;
  readonly placeholder?: string;
  readonly write: (text: string) => void;
  readonly onBlur?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const LIST = 'snippets';

/** A box in which one writes to the customer: prepared replies and snippets can be put there. */
export function Area({ desk, box, write, onBlur, onKeyDown, placeholder = '', ...more }: Props) {
  const found = useSnippets(desk, box);
  const at = useSignal(0);
  const word = desk.snipping.value?.word;
  useEffect(() => {
    at.value = 0;
  }, [word]);
  const current = Math.min(at.value, found.length - 1);
  const chosen = found[current];
  const onKey = (event: KeyboardEvent) => {
    if (!chosen || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return onKeyDown?.(event);
    }
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, current + 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(0, current - 1);
    else if (event.key === 'Enter' || event.key === 'Tab') use(desk, chosen);
    else if (event.key === 'Escape') desk.snipping.value = null;
    else return onKeyDown?.(event);
    event.preventDefault();
  };
  return (
    <>
      <textarea
        {...more}
        ref={box}
        data-canned='yes'
        dir='auto'
        placeholder={placeholder}
        aria-autocomplete='list'
        aria-controls={chosen ? LIST : undefined}
        aria-activedescendant={chosen ? `${LIST}-${current}` : undefined}
        onInput={({ currentTarget }) => {
          write(currentTarget.value);
          follow(desk, currentTarget);
        }}
        onKeyUp={({ currentTarget }) => follow(desk, currentTarget)}
        onClick={({ currentTarget }) => follow(desk, currentTarget)}
        onBlur={() => {
          if (desk.snipping.value?.box === box.current) desk.snipping.value = null;
          onBlur?.();
        }}
        onKeyDown={onKey}
      />
      <span class='unseen' role='status'>{chosen ? onCard.value.snippets(found.length) : ''}</span>
      {chosen && <Offered desk={desk} found={found} current={current} />}
    </>
  );
}

/** What fits the name that is being written in this box. */
function useSnippets(desk: Desk, box: RefObject<HTMLTextAreaElement | null>): Snippet[] {
  const prepared = useSignal<readonly Prepared[]>([]);
  const here = desk.snipping.value;
  const open = here !== null && here.box === box.current;
  useEffect(() => {
    if (!open) return;
    void replies().then((found) => {
      if ('problem' in found) desk.tell(found.problem, true);
      else prepared.value = found.replies;
    });
  }, [open]);
  return open ? matching(snippets(desk, prepared.value), here.word) : [];
}

function Offered(
  { desk, found, current }: {
    desk: Desk;
    found: readonly Snippet[];
    current: number;
  },
) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.scrollIntoView({ block: 'nearest' }), [found.length]);
  return (
    <ul
      ref={list}
      id={LIST}
      class='snippets'
      role='listbox'
      aria-label={onCard.value.snippetsTitle}
    >
      {found.map((snippet, at) => (
        <li
          key={snippet.name}
          id={`${LIST}-${at}`}
          role='option'
          aria-selected={at === current}
          onPointerDown={(event) => event.preventDefault()} // the box keeps the cursor
          onClick={() => use(desk, snippet)}
        >
          <b>{snippet.name}</b> <span class='quiet' dir='auto'>{snippet.text}</span>
        </li>
      ))}
    </ul>
  );
}
