import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { does } from '../does.ts';
import { type Key, possible } from '../keys.ts';
import { shown } from './buttons.tsx';

/** Everything that can be done here and now, found by its words. */
export function Palette({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const words = useSignal('');
  const at = useSignal(0);
  const box = useRef<HTMLInputElement>(null);
  const found = matching(possible(desk), words.value);
  const current = Math.min(at.value, Math.max(0, found.length - 1));
  useLayoutEffect(() => box.current?.focus(), []);
  const run = (key: Key | undefined) => {
    if (!key) return;
    desk.show(null);
    key.run(desk);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, current + 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(0, current - 1);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && found[current]?.decides) {
      desk.tell(texts.isSent);
    } else if (event.key === 'Enter') run(found[current]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class='palette-body'>
      <input
        ref={box}
        role='combobox'
        aria-label={texts.search}
        aria-expanded
        aria-controls='palette-list'
        aria-activedescendant={found[current] ? `do-${found[current].id}` : undefined}
        autocomplete='off'
        value={words.value}
        onInput={({ currentTarget }) => {
          words.value = currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id='palette-list' role='listbox' aria-label={texts.toDo}>
        {found.map((key, place) => (
          <li
            key={key.id}
            id={`do-${key.id}`}
            role='option'
            aria-selected={place === current}
            onClick={() => run(key)}
          >
            {does(key)} <kbd>{shown(desk, key.id)}</kbd>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p>{texts.nothingLike}</p>}
    </div>
  );
}

/** Every word has to be in it. */
function matching(keys: readonly Key[], words: string): Key[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return keys.filter((key) =>
    wanted.every((word) => `${does(key)} ${key.id}`.toLowerCase().includes(word))
  );
}
