import { onCard } from '../../text/card.ts';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Card } from '../../shared/protocol.gen.ts';
import type { Desk } from '../desk.ts';
import { correct, startOver } from '../editing.ts';
import { entries, values } from '../form.ts';
import { announce, begins, correctable, correcting, LONGEST } from '../correcting.ts';
import { wrongWith } from '../misfit.ts';
import { nameOf } from '../texts.ts';
import { Area } from './area.tsx';
import { Difference } from './difference.tsx';
import { Form } from './form.tsx';
import { KeyCap } from './keycap.tsx';
import { Changes } from './suggestion.tsx';

/** The part that waits, as text boxes; what was sent is not in them and cannot be changed. */
export function Editor({ desk, card }: { desk: Desk; card: Card }) {
  const first = useRef<HTMLTextAreaElement>(null);
  const all = useRef<HTMLElement>(null);
  const { hold } = card;
  const texts = desk.typed.of(hold.id) ?? {};
  const before = begins(desk, card);
  const mark = correcting(desk, hold.id);
  const fields = Object.keys(texts);
  useLayoutEffect(() => {
    const box = first.current ?? all.current?.querySelector<HTMLElement>('input, select, textarea');
    box?.focus();
    box?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section ref={all} class='editor' aria-labelledby='editor'>
      <h3 id='editor'>
        {mark === null ? onCard.value.yourVersion : onCard.value.corrected}
        <span>
          {correctable(card) && <Correct desk={desk} on={mark !== null} />}
          <button
            type='button'
            class='button plain'
            aria-pressed={desk.difference.value}
            onClick={() => desk.flip()}
          >
            {onCard.value.changed} <KeyCap desk={desk} of='difference' />
          </button>
          <button type='button' class='button plain' onClick={() => startOver(desk)}>
            {onCard.value.startOver}
          </button>
        </span>
      </h3>
      {mark !== null && <Announced desk={desk} hold={hold.id} mark={mark} />}
      {fields.map((field, at) => (
        <div key={field}>
          <Box
            desk={desk}
            card={card}
            field={field}
            name={fields.length > 1 ? nameOf(field) : ''}
            says={mark === null ? onCard.value.instead : onCard.value.insteadOfAll}
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

/** What was sent is wrong. */
function Correct({ desk, on }: { desk: Desk; on: boolean }) {
  return (
    <button type='button' class='button plain' aria-pressed={on} onClick={() => correct(desk)}>
      {onCard.value.correct} <KeyCap desk={desk} of='correct' />
    </button>
  );
}

function Announced({ desk, hold, mark }: { desk: Desk; hold: string; mark: string }) {
  return (
    <p class='announced'>
      {onCard.value.correctHow}{' '}
      <input
        aria-label={onCard.value.announced}
        autocomplete='off'
        dir='auto'
        maxlength={LONGEST}
        value={mark}
        onInput={({ currentTarget }) => announce(desk, hold, currentTarget.value)}
      />
    </p>
  );
}

/** A form where the text is JSON of plain fields, none of which was sent; else a box. */
function Box(
  { desk, card, field, name, says, text, focus, write }: {
    desk: Desk;
    card: Card;
    field: string;
    name: string;
    says: string;
    text: string;
    focus: RefObject<HTMLTextAreaElement | null> | null;
    write: (text: string) => void;
  },
) {
  const plain = useSignal(false);
  const own = useRef<HTMLTextAreaElement>(null);
  const form = card.sent[field] ? null : entries(card.schemas[field]);
  const fits = form !== null && values(text, form) !== null;
  return (
    <>
      {form && fits && !plain.value
        ? (
          <Form
            form={form}
            text={text}
            wrong={wrongWith(card.hold.id, field, text)}
            write={write}
          />
        )
        : (
          <label>
            <span class={name ? '' : 'unseen'}>{name || says}</span>
            <Area desk={desk} box={focus ?? own} rows={4} value={text} write={write} />
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
