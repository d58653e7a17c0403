import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { onCard } from '../../text/card.ts';
import { isNew, type Misfit } from '../misfit.ts';
import { changed, type Entry, isWrong, shown, values } from '../form.ts';

/** JSON as a form; what is written is the same text that a box would hold. */
export function Form(
  { form, text, wrong, write }: {
    form: readonly Entry[];
    text: string;
    wrong: Misfit | null;
    write: (text: string) => void;
  },
) {
  const now = values(text, form) ?? {};
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wrong && isNew(wrong)) {
      here.current?.querySelector<HTMLElement>('[aria-describedby]')?.focus();
    }
  }, [wrong]);
  return (
    <div ref={here} class='form'>
      {form.map((one) => (
        <label key={one.name}>
          <span>
            {one.name}
            {one.required && <span aria-hidden='true'>*</span>}
            {one.says && <span class='quiet'>{one.says}</span>}
          </span>
          <Box
            one={one}
            now={now[one.name]}
            says={wrong?.at === one.name ? wrong.says : ''}
            write={(it) => write(changed(now, one, it))}
          />
        </label>
      ))}
    </div>
  );
}

interface BoxProps {
  readonly one: Entry;
  readonly now: unknown;
  /** What is wrong with it, as the server has said. */
  readonly says: string;
  readonly write: (written: string) => void;
}

/** A field, and below it what is wrong there. */
function Box(props: BoxProps) {
  const id = useId();
  const { says } = props;
  return (
    <>
      <Field {...props} about={says ? { 'aria-describedby': id } : {}} />
      {says && <span id={id} class='misfit' aria-hidden='true'>{says}</span>}
    </>
  );
}

type FieldProps = BoxProps & { readonly about: { 'aria-describedby'?: string } };

function Field({ one, now, says, write, about }: FieldProps) {
  if (one.kind === 'json') return <Json {...{ one, now, says, write, about }} />;
  const text = shown(one.kind, now);
  if (one.kind === 'text' || one.kind === 'number') {
    return (
      <input
        {...about}
        dir='auto'
        autocomplete='off'
        inputMode={one.kind === 'number' ? 'decimal' : 'text'}
        required={one.required && !one.nullable}
        aria-invalid={says !== '' || isWrong(one, now, text)}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
      />
    );
  }
  const choices = one.kind === 'yes' ? ['true', 'false'] : one.choices;
  const free = !one.required || one.nullable || !choices.includes(text);
  return (
    <select
      {...about}
      aria-invalid={says !== ''}
      value={text}
      onChange={({ currentTarget }) => write(currentTarget.value)}
    >
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
function Json({ one, now, says, write, about }: FieldProps) {
  const written = useSignal('');
  const text = shown(one.kind, now, written.value);
  return (
    <textarea
      {...about}
      class='json'
      dir='ltr'
      spellcheck={false}
      rows={Math.min(8, text.split('\n').length + 1)}
      aria-invalid={says !== '' || isWrong(one, now, text)}
      value={text}
      onInput={({ currentTarget }) => {
        written.value = currentTarget.value;
        write(currentTarget.value);
      }}
    />
  );
}
