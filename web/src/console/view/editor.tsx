import { onCard } from '../../text/card.ts';
import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Card } from '../../shared/protocol.gen.ts';
import { startOver } from '../acts.ts';
import type { Desk } from '../desk.ts';
import { entries, values } from '../form.ts';
import { firstTexts, nameOf } from '../texts.ts';
import { Difference } from './difference.tsx';
import { Form } from './form.tsx';
import { Changes } from './suggestion.tsx';

/** The part that waits, as text boxes; what was sent is not in them and cannot be changed. */
export function Editor({ desk, card }: { desk: Desk; card: Card }) {
  const first = useRef<HTMLTextAreaElement>(null);
  const all = useRef<HTMLElement>(null);
  const { hold } = card;
  const texts = desk.typed.of(hold.id) ?? {};
  const before = firstTexts(card);
  const fields = Object.keys(texts);
  useLayoutEffect(() => {
    const box = first.current ?? all.current?.querySelector<HTMLElement>('input, select');
    box?.focus();
    box?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section ref={all} class='editor' aria-labelledby='editor'>
      <h3 id='editor'>
        {onCard.value.yourVersion}
        <span>
          <button
            type='button'
            class='button plain'
            aria-pressed={desk.difference.value}
            onClick={() => desk.flip()}
          >
            {onCard.value.changed} <kbd aria-hidden='true'>Alt d</kbd>
          </button>
          <button type='button' class='button plain' onClick={() => startOver(desk)}>
            {onCard.value.startOver}
          </button>
        </span>
      </h3>
      {fields.map((field, at) => (
        <div key={field}>
          <Box
            card={card}
            field={field}
            name={fields.length > 1 ? nameOf(field) : ''}
            text={texts[field] ?? ''}
            focus={at === 0 ? first : null}
            write={(text) => desk.typed.put(hold.id, { ...desk.typed.of(hold.id), [field]: text })}
          />
          {desk.difference.value && texts[field] !== before[field] && (
            <Difference before={before[field] ?? ''} after={texts[field] ?? ''} />
          )}
        </div>
      ))}
      <Changes desk={desk} about={hold.id} />
    </section>
  );
}

/** A form where the text is JSON of plain fields, none of which was sent; else a box. */
function Box(
  { card, field, name, text, focus, write }: {
    card: Card;
    field: string;
    name: string;
    text: string;
    focus: Ref<HTMLTextAreaElement> | null;
    write: (text: string) => void;
  },
) {
  const plain = useSignal(false);
  const form = card.sent[field] ? null : entries(card.schemas[field]);
  const fits = form !== null && values(text, form) !== null;
  return (
    <>
      {form && fits && !plain.value ? <Form form={form} text={text} write={write} /> : (
        <label>
          <span class={name ? '' : 'unseen'}>{name || onCard.value.instead}</span>
          <textarea
            data-canned='yes'
            ref={focus}
            dir='auto'
            rows={4}
            value={text}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
        </label>
      )}
      {fits && (
        <button
          type='button'
          class='button plain'
          aria-pressed={plain.value}
          onClick={() => (plain.value = !plain.value)}
        >
          {onCard.value.asText}
        </button>
      )}
    </>
  );
}
