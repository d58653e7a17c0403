import { useSignal } from '@preact/signals';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { does } from '../does.ts';
import { type Group, ofReasons } from '../keys.ts';
import { KEYS } from '../registry.ts';
import type { Own } from '../../shared/bindings.ts';
import { Cap } from '../../shared/cap.tsx';

const REASONS = KEYS.filter(({ id }) => id.startsWith('reason-'));

/** Every key, from the one list that answers them; each can be another. */
export function Cheats({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const asked = useSignal('');
  const [first] = REASONS;
  const rows = KEYS.filter((one) => !one.row || one === first);
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
                    {one.row ? <Nine desk={desk} /> : (
                      <Cap
                        id={one.id}
                        does={does(one)}
                        now={desk.keys.of(one)}
                        asked={asked}
                        change={(key) => change(desk, { [one.id]: key })}
                        refuse={(why) =>
                          desk.tell(why, true)}
                      />
                    )}
                  </span>
                  {one.row ? texts.reasons : does(one)}
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

/** The keys of reasons, as nine characters: on some keyboards digits need a second key. */
function Nine({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const now = REASONS.map((one) => desk.keys.meant(one)).join('');
  if (desk.keys.off) return <kbd>{texts.off}</kbd>;
  const take = (box: HTMLInputElement) => {
    const wanted = ofReasons(box.value);
    if (wanted) change(desk, wanted);
    else desk.tell(texts.nine, true);
    box.value = REASONS.map((one) => desk.keys.meant(one)).join('');
  };
  const giveUp = (event: KeyboardEvent, box: HTMLInputElement) => {
    if (event.key !== 'Escape' || box.value === now) return;
    event.preventDefault();
    event.stopPropagation();
    box.value = now;
  };
  return (
    <input
      class='nine'
      aria-label={texts.reasonKeys}
      autocomplete='off'
      autocapitalize='off'
      spellcheck={false}
      maxlength={9}
      value={now}
      onChange={({ currentTarget }) => take(currentTarget)}
      onKeyDown={(event) => giveUp(event, event.currentTarget)}
    />
  );
}

function change(desk: Desk, wanted: Own): void {
  const other = desk.keys.clash(wanted);
  if (other) desk.tell(onSheets.value.isFor(desk.keys.meant(other), does(other)), true);
  else desk.keys.set(wanted);
}
