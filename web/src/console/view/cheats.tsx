import { useSignal } from '@preact/signals';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { does } from '../does.ts';
import { clash, type Group, type Key, named } from '../keys.ts';
import { KEYS } from '../registry.ts';

const ALONE = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'];

/** Every key, from the one list that answers them; each can be another. */
export function Cheats({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const waiting = useSignal('');
  const rows = KEYS.filter((one, at) =>
    !one.row || KEYS.findIndex(({ row }) => row === one.row) === at
  );
  return (
    <>
      <p>{texts.keysRest}</p>
      <div class='groups'>
        {Object.entries(Object.groupBy(rows, (one) => one.group)).map(([group, keys]) => (
          <section key={group}>
            <h3>{texts.groups[group as Group]}</h3>
            <ul>
              {keys.map((one) => (
                <li key={one.id}>
                  <span class='at'>
                    <Cap desk={desk} one={one} waiting={waiting.value === one.id} ask={waiting} />
                  </span>
                  {does(one)}
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
        {texts.single}
      </label>
      {desk.keys.changed && (
        <button type='button' class='button' onClick={() => desk.keys.reset()}>
          {texts.reset}
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
  const texts = onSheets.value;
  const key = one.row ?? desk.keys.of(one);
  if (one.row) return <kbd>{desk.keys.off ? texts.off : key}</kbd>;
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
      title={texts.clickThenPress}
      aria-label={texts.change(does(one), key || texts.noKey)}
      onClick={() => (ask.value = waiting ? '' : one.id)}
      onBlur={() => waiting && (ask.value = '')}
      onKeyDown={onKeyDown}
    >
      <kbd>{waiting ? texts.press : key || texts.none}</kbd>
    </button>
  );
}

function change(desk: Desk, one: Key, key: string): void {
  const other = clash(desk, one.id, key);
  if (['Enter', 'Tab', ' '].includes(key)) {
    desk.tell(onSheets.value.belong, true);
  } else if (other) desk.tell(onSheets.value.isFor(key, does(other)), true);
  else desk.keys.set(one.id, key);
}
