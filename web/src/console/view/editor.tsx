import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Card } from '../../shared/protocol.gen.ts';
import { startOver } from '../acts.ts';
import type { Desk } from '../desk.ts';
import { firstTexts, nameOf } from '../texts.ts';
import { Difference } from './difference.tsx';
import { Changes } from './suggestion.tsx';

/** The part that waits, as text boxes; what was sent is not in them and cannot be changed. */
export function Editor({ desk, card }: { desk: Desk; card: Card }) {
  const first = useRef<HTMLTextAreaElement>(null);
  const { hold } = card;
  const texts = desk.typed.of(hold.id) ?? {};
  const before = firstTexts(card);
  const fields = Object.keys(texts);
  useLayoutEffect(() => {
    first.current?.focus();
    first.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section class='editor' aria-labelledby='editor'>
      <h3 id='editor'>
        Your version of what is held
        <span>
          <button
            type='button'
            class='button plain'
            aria-pressed={desk.difference.value}
            onClick={() => desk.flip()}
          >
            What changed <kbd aria-hidden='true'>Alt d</kbd>
          </button>
          <button type='button' class='button plain' onClick={() => startOver(desk)}>
            Start from the draft again
          </button>
        </span>
      </h3>
      {fields.map((field, at) => (
        <div key={field}>
          <label>
            <span class={fields.length > 1 ? '' : 'unseen'}>
              {fields.length > 1 ? nameOf(field) : 'Text instead of what is held'}
            </span>
            <textarea
              data-canned='yes'
              ref={at === 0 ? first : null}
              dir='auto'
              rows={4}
              value={texts[field] ?? ''}
              onInput={({ currentTarget }) =>
                desk.typed.put(hold.id, { ...texts, [field]: currentTarget.value })}
            />
          </label>
          {desk.difference.value && texts[field] !== before[field] && (
            <Difference before={before[field] ?? ''} after={texts[field] ?? ''} />
          )}
        </div>
      ))}
      <Changes desk={desk} about={hold.id} />
    </section>
  );
}
