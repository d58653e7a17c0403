import { useSignal } from '@preact/signals';
import { Cap } from '../shared/cap.tsx';
import { Dialog } from '../shared/frame.tsx';
import { onLane } from '../text/lane.ts';
import { say } from '../text/say.ts';
import { onSheets } from '../text/sheets.ts';
import { type Key, KEYS } from './keys.ts';
import type { Lane } from './model.ts';

/** Every key, from the one list that answers them; each can be another, and letters can be off. */
export function Cheats({ lane }: { lane: Lane }) {
  const texts = onSheets.value;
  const asked = useSignal('');
  const problem = useSignal('');
  const close = () => (lane.sheet.value = false);
  const change = (one: Key, key: string) => {
    const other = lane.keys.clash({ [one.id]: key });
    problem.value = other ? texts.isFor(key, does(other)) : '';
    if (!other) lane.keys.set({ [one.id]: key });
  };
  return (
    <Dialog title={texts.titles.keys} onClose={close}>
      <p>{onLane.value.keysRest}</p>
      <ul class='keys'>
        {KEYS.map((one) => (
          <li key={one.id}>
            <Cap
              id={one.id}
              does={does(one)}
              now={lane.keys.of(one)}
              asked={asked}
              change={(key) => change(one, key)}
              refuse={(why) => (problem.value = why)}
            />
            {does(one)}
          </li>
        ))}
      </ul>
      <div role='status'>{problem.value && <p class='problem'>{problem.value}</p>}</div>
      <label class='switch'>
        <input
          type='checkbox'
          checked={!lane.keys.off}
          onChange={({ currentTarget }) => lane.keys.switchOff(!currentTarget.checked)}
        />{' '}
        {texts.single}
      </label>
      <div class='verdicts'>
        {lane.keys.changed && (
          <button
            type='button'
            class='button'
            onClick={() => lane.keys.reset()}
          >
            {texts.reset}
          </button>
        )}
        <button type='button' class='button' onClick={close}>{say.value.app.close}</button>
      </div>
    </Dialog>
  );
}

function does({ id }: Pick<Key, 'id'>): string {
  const known: Readonly<Record<string, string>> = onLane.value.does;
  return known[id] ?? id;
}

/** The key of a command as it is now; nothing where it has none. */
export function KeyCap({ lane, of }: { lane: Lane; of: string }) {
  const key = lane.keys.shown(of);
  return key ? <kbd aria-hidden='true'>{key}</kbd> : null;
}
