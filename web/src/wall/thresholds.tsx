import { useSignal } from '@preact/signals';
import type { ThresholdView } from '../shared/protocol.gen.ts';
import { clock, number } from '../text/numbers.ts';
import { onWall } from '../text/wall.ts';
import type { Figures } from './figures.ts';

const LOWEST = 0.01;
const LONGEST = 480;

/** Thresholds that are moved for a time, and a form to move one. */
export function Thresholds({ figures }: { figures: Figures }) {
  const { wall } = onWall.value;
  const all = figures.thresholds.value;
  const moved = all.filter((one) => one.above !== null);
  return (
    <section class='panel thresholds' aria-labelledby='thresholds'>
      <h2 id='thresholds'>{wall.thresholds}</h2>
      <p class='quiet'>{wall.thresholdsWhat}</p>
      {moved.length === 0 ? <p>{wall.noneMoved}</p> : (
        <ul class='moved'>
          {moved.map((one) => (
            <li key={one.id}>
              <span class='what'>
                <b>{one.rule}</b> {one.check}: {number(one.stands, 2)} → {number(one.above ?? 0, 2)}
              </span>
              <span class='quiet'>{wall.until(clock(one.until ?? 0), one.name)}</span>
              {figures.directs.value && (
                <button
                  type='button'
                  class='button'
                  onClick={() => figures.end(one.id)}
                >
                  {wall.end} <span class='unseen'>{one.rule} {one.check}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {figures.directs.value && all.length > 0 && <Move figures={figures} all={all} />}
    </section>
  );
}

function Move({ figures, all }: { figures: Figures; all: readonly ThresholdView[] }) {
  const { wall } = onWall.value;
  const which = useSignal(all[0] ? name(all[0]) : '');
  const above = useSignal<number | null>(null);
  const minutes = useSignal(30);
  const one = all.find((each) => name(each) === which.value);
  const wanted = above.value ?? one?.stands ?? 0;
  const move = async (event: Event) => {
    event.preventDefault();
    if (!one) return; // the rules have changed, and it is gone
    if (await figures.move(one.rule, one.check, wanted, minutes.value * 60)) above.value = null;
  };
  return (
    <details>
      <summary>{wall.moveOne}</summary>
      <form class='move' onSubmit={move}>
        <label>
          {wall.thresholdOf}
          <select
            value={which.value}
            onChange={({ currentTarget: { value } }) => {
              which.value = value;
              above.value = null;
            }}
          >
            {!one && <option value={which.value}>{wall.choose}</option>}
            {all.map((each) => (
              <option key={name(each)} value={name(each)}>{each.rule}: {each.check}</option>
            ))}
          </select>
        </label>
        {one && <Where one={one} wanted={wanted} moved={(to) => (above.value = to)} />}
        <label>
          {wall.minutes}
          <input
            type='number'
            min={1}
            max={LONGEST}
            required
            value={minutes.value}
            onInput={({ currentTarget: { valueAsNumber } }) => (minutes.value = valueAsNumber)}
          />
        </label>
        <button type='submit' class='button' aria-disabled={!one}>{wall.move}</button>
      </form>
    </details>
  );
}

function Where({ one, wanted, moved }: {
  one: ThresholdView;
  wanted: number;
  moved: (to: number) => void;
}) {
  const { wall } = onWall.value;
  return (
    <>
      <p class='quiet'>{wall.stands}: {number(one.stands, 2)}</p>
      <label>
        {wall.moveTo}
        <span class='both'>
          <input
            type='range'
            min={LOWEST}
            max={one.highest}
            step={0.01}
            value={wanted}
            onInput={({ currentTarget: { valueAsNumber } }) => moved(valueAsNumber)}
          />
          <input
            type='number'
            aria-label={wall.moveTo}
            min={LOWEST}
            max={one.highest}
            step='any'
            required
            value={wanted}
            onInput={({ currentTarget: { valueAsNumber } }) =>
              Number.isFinite(valueAsNumber) && moved(valueAsNumber)}
          />
        </span>
      </label>
      <p class='quiet'>{one.highest > one.stands ? wall.lower : wall.noHigher}</p>
    </>
  );
}

/** The list may change while somebody chooses: its places mean nothing. */
function name({ rule, check }: ThresholdView): string {
  return `${rule}/${check}`;
}
