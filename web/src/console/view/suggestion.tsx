import { onCard } from '../../text/card.ts';
import { hunks } from '../../shared/difference.ts';
import type { Desk } from '../desk.ts';
import { changes, take, useWords } from '../suggest.ts';
import { shown } from './buttons.tsx';

/** What the model would change in what is written: each change is taken by itself. */
export function Changes({ desk, about }: { desk: Desk; about: string }) {
  const suggested = desk.suggested.value;
  if (suggested?.about !== about) return <p role='status' />;
  if (!suggested.text) return <p role='status' class='suggested'>{onCard.value.thinks}</p>;
  const found = hunks(changes(desk, about));
  const open = found.filter(({ number }) => number !== null).length;
  return (
    <section class='suggested' aria-labelledby='suggested'>
      <h3 id='suggested'>
        {open > 0 ? onCard.value.suggests(suggested.model) : onCard.value.nothingElse}
      </h3>
      <p class='difference' dir='auto'>
        {found.map(({ number, same, old, now }, at) =>
          number === null ? <span key={at}>{same}</span> : (
            <button
              key={at}
              type='button'
              class='hunk'
              aria-label={onCard.value.take(now, old)}
              onClick={() => take(desk, number)}
            >
              {old && <del>{old}</del>}
              {now && <ins>{now}</ins>}
            </button>
          )
        )}
      </p>
      {open > 0 && (
        <button type='button' class='button' onClick={() => take(desk, 'all')}>
          {onCard.value.takeAll} <kbd aria-hidden='true'>{shown(desk, 'take-all')}</kbd>
        </button>
      )}
      <button type='button' class='button plain' onClick={() => (desk.suggested.value = null)}>
        {onCard.value.dismiss}
      </button>
    </section>
  );
}

/** What could be said next: greyed, and only the person sends it. */
export function Words({ desk, about }: { desk: Desk; about: string }) {
  const suggested = desk.suggested.value;
  if (suggested?.about !== about) return <p role='status' />;
  return (
    <div class='suggested ghost'>
      <p role='status' dir='auto'>{suggested.text || onCard.value.thinks}</p>
      {suggested.text && (
        <button type='button' class='button plain' onClick={() => useWords(desk)}>
          {onCard.value.use} <kbd aria-hidden='true'>{shown(desk, 'use-words')}</kbd>
        </button>
      )}
      <button type='button' class='button plain' onClick={() => (desk.suggested.value = null)}>
        {onCard.value.dismiss}
      </button>
    </div>
  );
}
