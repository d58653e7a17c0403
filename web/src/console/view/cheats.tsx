import { useEffect, useRef } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import { KEYS } from '../keys.ts';

/** Every key, from the one list that answers them. */
export function Cheats({ open }: { open: Signal<boolean> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open.value]);
  return (
    <dialog
      ref={dialog}
      class='cheats'
      aria-labelledby='cheats'
      onClose={() => (open.value = false)}
    >
      <h2 id='cheats'>Keys</h2>
      <p>They rest while you type. Enter alone never decides about a hold.</p>
      <div class='groups'>
        {Object.entries(Object.groupBy(KEYS, (key) => key.group)).map(([group, keys]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {keys.map(({ key, says }) => (
                <div key={says}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{says}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <button type='button' class='button' onClick={() => (open.value = false)}>Close</button>
    </dialog>
  );
}
