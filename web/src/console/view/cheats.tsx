import { useSignal } from '@preact/signals';
import type { Desk } from '../desk.ts';
import { clash, type Key, named } from '../keys.ts';
import { KEYS } from '../registry.ts';

const ALONE = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'];

/** Every key, from the one list that answers them; each can be another. */
export function Cheats({ desk }: { desk: Desk }) {
  const waiting = useSignal('');
  const rows = KEYS.filter((one, at) =>
    !one.row || KEYS.findIndex(({ row }) => row === one.row) === at
  );
  return (
    <>
      <p>They rest while you type. Enter alone never decides about a hold.</p>
      <div class='groups'>
        {Object.entries(Object.groupBy(rows, (one) => one.group)).map(([group, keys]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {keys.map((one) => (
                <li key={one.id}>
                  <span class='at'>
                    <Cap desk={desk} one={one} waiting={waiting.value === one.id} ask={waiting} />
                  </span>
                  {one.says}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <label class='switch'>
        <input
          type='checkbox'
          checked={!desk.keys.off}
          onChange={({ currentTarget }) => desk.keys.switchOff(!currentTarget.checked)}
        />{' '}
        Single letters and digits do something
      </label>
      {desk.keys.changed && (
        <button type='button' class='button' onClick={() => desk.keys.reset()}>
          As it was in the beginning
        </button>
      )}
    </>
  );
}

function Cap(
  { desk, one, waiting, ask }: {
    desk: Desk;
    one: Key;
    waiting: boolean;
    ask: { value: string };
  },
) {
  const key = one.row ?? desk.keys.of(one);
  if (one.row) return <kbd>{desk.keys.off ? 'off' : key}</kbd>;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!waiting || ALONE.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    ask.value = '';
    if (event.key !== 'Escape') change(desk, one, named(event));
  };
  return (
    <button
      type='button'
      class='cap'
      title='Click, then press another key'
      aria-label={`${one.says}: ${key || 'no key'}. Change`}
      onClick={() => (ask.value = waiting ? '' : one.id)}
      onBlur={() => waiting && (ask.value = '')}
      onKeyDown={onKeyDown}
    >
      <kbd>{waiting ? 'press a key' : key || 'none'}</kbd>
    </button>
  );
}

function change(desk: Desk, one: Key, key: string): void {
  const other = clash(desk, one.id, key);
  if (['Enter', 'Tab', ' '].includes(key)) {
    desk.tell('Enter, Tab and the space bar belong to buttons and boxes.', true);
  } else if (other) desk.tell(`“${key}” is for: ${other.says}.`, true);
  else desk.keys.set(one.id, key);
}
