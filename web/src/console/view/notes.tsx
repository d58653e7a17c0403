import { onCard } from '../../text/card.ts';
import type { NoteView } from '../../shared/protocol.gen.ts';
import type { Desk } from '../desk.ts';
import { Words } from '../../shared/words.tsx';
import { KeyCap } from './keycap.tsx';
import { At } from './time.tsx';

/** What colleagues wrote for each other. Customers and models never see it. */
export function Notes({ desk, notes }: { desk: Desk; notes: readonly NoteView[] }) {
  if (notes.length === 0) return <div class='notes' />;
  return (
    <section class='notes' aria-labelledby='notes'>
      <h3 id='notes'>
        {onCard.value.notes}
        <button type='button' class='button plain' onClick={() => desk.show('note')}>
          {onCard.value.addNote} <KeyCap desk={desk} of='note' />
        </button>
      </h3>
      <ul>
        {notes.map(({ id, by, text, at }) => (
          <li key={id}>
            <b>{by.name}</b> <At seconds={at} />
            {text === null ? <p class='none'>{onCard.value.erased}</p> : <Words text={text} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
