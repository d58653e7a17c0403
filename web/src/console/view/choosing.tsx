import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

interface ChoosingProps<Item> {
  /** What the box and the list are called. */
  readonly label: string;
  readonly list: string;
  readonly items: readonly Item[];
  /** By which words an item is found. */
  readonly said: (item: Item) => string;
  readonly show: (item: Item) => ComponentChildren;
  /** One was taken: by Enter, or by a click. */
  readonly take: (item: Item, pressed?: KeyboardEvent) => void;
  /** Another key in the box, with what is written there; whether it meant something. */
  readonly pressed?: (key: string, written: string) => boolean;
  /** Where nothing fits. */
  readonly none: ComponentChildren;
  /** Between the box and the list. */
  readonly children?: ComponentChildren;
}

/** Something is found by its words: arrows go through what fits, Enter takes it. */
export function Choosing<Item>(props: ChoosingProps<Item>) {
  const words = useSignal('');
  const at = useSignal(0);
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const found = matching(props.items, props.said, words.value);
  const current = Math.min(at.value, Math.max(0, found.length - 1));
  useEffect(() => {
    document.getElementById(`choice-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = found[current];
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, current + 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(0, current - 1);
    else if (event.key === 'Enter') chosen && props.take(chosen, event);
    else if (!props.pressed?.(event.key, words.value)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class='palette-body'>
      <input
        ref={box}
        role='combobox'
        aria-label={props.label}
        aria-expanded
        aria-controls='choices'
        aria-activedescendant={found.length > 0 ? `choice-${current}` : undefined}
        autocomplete='off'
        value={words.value}
        onInput={({ currentTarget }) => {
          words.value = currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      {props.children}
      <ul id='choices' role='listbox' aria-label={props.list}>
        {found.map((item, place) => (
          <li
            key={place}
            id={`choice-${place}`}
            role='option'
            aria-selected={place === current}
            onClick={() => props.take(item)}
          >
            {props.show(item)}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p>{props.none}</p>}
    </div>
  );
}

/** Every word has to be in it. */
function matching<Item>(items: readonly Item[], said: (item: Item) => string, words: string) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const text = said(item).toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
