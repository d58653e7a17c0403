import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { filled, inLanguage, known, languages, type Prepared, spoken } from '../canned.ts';
import { insert } from '../cursor.ts';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { replies } from '../session.ts';
import { help } from '../suggest.ts';

/** Prepared replies by their words; Enter puts one where the cursor was, and sends nothing. */
export function Canned({ desk, box: before }: { desk: Desk; box: Element | null }) {
  const box = useRef(before).current; // later the search box has the focus
  const texts = onSheets.value;
  const list = useSignal<readonly Prepared[] | null>(null);
  const words = useSignal('');
  const at = useSignal(0);
  const language = useSignal(spoken(desk));
  const search = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    search.current?.focus();
    void replies().then((found) => {
      if ('problem' in found) desk.tell(found.problem, true);
      list.value = 'problem' in found ? [] : found.replies;
    });
  }, []);
  const all = list.value ?? [];
  const found = all.filter((one) =>
    `${one.name} ${Object.values(one.texts).join(' ')}`.toLowerCase().includes(
      words.value.toLowerCase(),
    )
  );
  const current = Math.min(at.value, Math.max(0, found.length - 1));
  const put = (text: string) => {
    desk.show(null);
    if (!(box instanceof HTMLTextAreaElement)) return;
    insert(box, text);
  };
  const use = (reply: Prepared | undefined) => {
    if (!reply) return;
    if (desk.editing.value) help(desk, desk.editing.value, 'canned');
    put(filled(inLanguage(reply, language.value), known(desk)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, current + 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(0, current - 1);
    else if (event.key === 'Enter') use(found[current]);
    else if (event.key === '/' && words.value === '') put('/');
    else return;
    event.preventDefault();
  };
  return (
    <div class='palette-body'>
      <input
        ref={search}
        role='combobox'
        aria-label={texts.searchReplies}
        aria-expanded
        aria-controls='canned-list'
        aria-activedescendant={found[current] ? `canned-${current}` : undefined}
        autocomplete='off'
        value={words.value}
        onInput={({ currentTarget }) => {
          words.value = currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div class='languages' role='group' aria-label={texts.language}>
        {languages(all).map((one) => (
          <button
            key={one}
            type='button'
            class='say-why'
            aria-pressed={one === language.value}
            onClick={() => (language.value = one)}
          >
            {one}
          </button>
        ))}
      </div>
      <ul id='canned-list' role='listbox' aria-label={texts.titles.canned}>
        {found.map((reply, place) => (
          <li
            key={reply.name}
            id={`canned-${place}`}
            role='option'
            aria-selected={place === current}
            onClick={() => use(reply)}
          >
            <b>{reply.name}</b>
            <span class='quiet' dir='auto'>{inLanguage(reply, language.value)}</span>
          </li>
        ))}
      </ul>
      {list.value && found.length === 0 && (
        <p>
          {all.length === 0 ? texts.noReplies : texts.noneLike}
        </p>
      )}
    </div>
  );
}
