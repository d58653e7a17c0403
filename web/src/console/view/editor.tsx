import { useEffect, useRef } from 'preact/hooks';
import type { HoldView } from '../../shared/protocol.gen.ts';
import { startOver } from '../acts.ts';
import type { Desk } from '../desk.ts';
import { nameOf } from '../texts.ts';

/** The part that waits, as text boxes; what was sent is not in them and cannot be changed. */
export function Editor({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const first = useRef<HTMLTextAreaElement>(null);
  const texts = desk.typed.of(hold.id) ?? {};
  const fields = Object.keys(texts);
  useEffect(() => {
    first.current?.focus();
    first.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section class='editor' aria-labelledby='editor'>
      <h3 id='editor'>
        Your version of what is held
        <button type='button' class='button plain' onClick={() => startOver(desk)}>
          Start from the draft again
        </button>
      </h3>
      {fields.map((field, at) => (
        <label key={field}>
          <span class={fields.length > 1 ? '' : 'unseen'}>
            {fields.length > 1 ? nameOf(field) : 'Text instead of what is held'}
          </span>
          <textarea
            ref={at === 0 ? first : null}
            dir='auto'
            rows={4}
            value={texts[field] ?? ''}
            onInput={({ currentTarget }) =>
              desk.typed.put(hold.id, { ...texts, [field]: currentTarget.value })}
          />
        </label>
      ))}
    </section>
  );
}
