import { useSignal } from '@preact/signals';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { does } from '../does.ts';
import { clash, type Group, type Key } from '../keys.ts';
import { KEYS } from '../registry.ts';
import { Cap } from '../../shared/cap.tsx';

/** Every key, from the one list that answers them; each can be another. */
export function Cheats({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const asked = useSignal('');
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
                    {one.row ? <kbd>{desk.keys.of(one) ? one.row : texts.off}</kbd> : (
                      <Cap
                        id={one.id}
                        does={does(one)}
                        now={desk.keys.of(one)}
                        asked={asked}
                        change={(key) => change(desk, one, key)}
                        refuse={(why) =>
                          desk.tell(why, true)}
                      />
                    )}
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

function change(desk: Desk, one: Key, key: string): void {
  const other = clash(desk, one.id, key);
  if (other) desk.tell(onSheets.value.isFor(key, does(other)), true);
  else desk.keys.set(one.id, key);
}
