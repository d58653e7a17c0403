import { onCard } from '../../text/card.ts';
import { changed, type Entry, values } from '../form.ts';

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

function Box(
  { one, now, write }: { one: Entry; now: unknown; write: (written: string) => void },
) {
  const text = now === undefined ? '' : String(now);
  if (one.kind === 'text' || one.kind === 'number') {
    return (
      <input
        dir='auto'
        autocomplete='off'
        inputMode={one.kind === 'number' ? 'decimal' : 'text'}
        required={one.required}
        aria-invalid={one.kind === 'number' && typeof now === 'string'}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
      />
    );
  }
  const choices = one.kind === 'yes' ? ['true', 'false'] : one.choices;
  return (
    <select value={text} onChange={({ currentTarget }) => write(currentTarget.value)}>
      {(!one.required || !choices.includes(text)) && <option value=''>–</option>}
      {choices.map((each) => (
        <option key={each} value={each}>
          {one.kind === 'yes' ? (each === 'true' ? onCard.value.yes : onCard.value.no) : each}
        </option>
      ))}
    </select>
  );
}
