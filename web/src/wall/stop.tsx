import { useSignal } from '@preact/signals';
import type { StopMode } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { onWall } from '../text/wall.ts';
import { Dialog } from '../shared/frame.tsx';
import type { Figures } from './figures.ts';

const MODES: readonly StopMode[] = ['off', 'hold', 'block', 'pass'];

/** The switch is thrown in two steps: the second says what will happen. */
export function Stop({ figures, mode }: { figures: Figures; mode: string }) {
  const { wall } = onWall.value;
  const { app } = say.value;
  const asked = useSignal<StopMode | null>(null);
  const now = MODES.find((each) => each === mode) ?? 'off';
  const done = async (wanted: StopMode) => {
    asked.value = null;
    await figures.stop(wanted);
  };
  return (
    <section class={`panel stop ${now}`} aria-labelledby='stop'>
      <h2 id='stop'>{wall.stop}</h2>
      <p role='status' class='state'>{wall.stopIs[now]}</p>
      {figures.may('stop') && (
        <div class='buttons'>
          {MODES.map((each) => (
            <button
              key={each}
              type='button'
              class={`button ${each === 'off' ? '' : 'bad'}`}
              aria-pressed={each === now}
              onClick={() => each !== now && (asked.value = each)}
            >
              {wall.stopDo[each]}
            </button>
          ))}
        </div>
      )}
      {asked.value && (
        <Dialog title={`${wall.stopDo[asked.value]}?`} onClose={() => (asked.value = null)}>
          <p>{wall.stopMeans[asked.value]}</p>
          <div class='buttons'>
            <button type='button' class='button' onClick={() => (asked.value = null)}>
              {app.cancel}
            </button>
            <button
              type='button'
              class='button bad'
              onClick={() =>
                asked.value && done(asked.value)}
            >
              {wall.sure}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
