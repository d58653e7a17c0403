import { useSignal } from '@preact/signals';
import { onCard } from '../../text/card.ts';
import { changed, type Entry, isWrong, shown, values } from '../form.ts';

/** JSON as a form; what is written is the same text that a box would hold. */
export function Form(
  { form, text, write }: {
    form: readonly Entry[];
    text: string;
    write: (text: string) => void;
  },
) {
  const now = values(text, form) ?? {};
  return (
    <div class='form'>
      {form.map((one) => (
        <label key={one.name}>
          <span>
            {one.name}
            {one.required && <span aria-hidden='true'>*</span>}
            {one.says && <span class='quiet'>{one.says}</span>}
          </span>
          <Box one={one} now={now[one.name]} write={(it) => write(changed(now, one, it))} />
        </label>
      ))}
    </div>
  );
}

interface BoxProps {
  readonly one: Entry;
  readonly now: unknown;
  readonly write: (written: string) => void;
}

function Box({ one, now, write }: BoxProps) {
  if (one.kind === 'json') return <Json one={one} now={now} write={write} />;
  const text = shown(one.kind, now);
  if (one.kind === 'text' || one.kind === 'number') {
    return (
      <input
        dir='auto'
        autocomplete='off'
        inputMode={one.kind === 'number' ? 'decimal' : 'text'}
        required={one.required && !one.nullable}
        aria-invalid={isWrong(one.kind, now, text)}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
      />
    );
  }
  const choices = one.kind === 'yes' ? ['true', 'false'] : one.choices;
  const free = !one.required || one.nullable || !choices.includes(text);
  return (
    <select value={text} onChange={({ currentTarget }) => write(currentTarget.value)}>
      {free && <option value=''>–</option>}
      {choices.map((each) => (
        <option key={each} value={each}>
          {one.kind === 'yes' ? (each === 'true' ? onCard.value.yes : onCard.value.no) : each}
        </option>
      ))}
    </select>
  );
}

/** A list, or what has fields of its own: its JSON, in the lines in which it was written. */
function Json({ one, now, write }: BoxProps) {
  const written = useSignal('');
  const text = shown(one.kind, now, written.value);
  return (
    <textarea
      class='json'
      dir='ltr'
      spellcheck={false}
      rows={Math.min(8, text.split('\n').length + 1)}
      aria-invalid={isWrong(one.kind, now, text)}
      value={text}
      onInput={({ currentTarget }) => {
        written.value = currentTarget.value;
        write(currentTarget.value);
      }}
    />
  );
}
