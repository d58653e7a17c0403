import { onCard } from '../../text/card.ts';
import { useEffect, useRef } from 'preact/hooks';
import { hunks } from '../../shared/difference.ts';
import { Pieces } from '../../shared/words.tsx';
import type { Desk } from '../desk.ts';
import { changes, take, useWords } from '../suggest.ts';
import { KeyCap } from './keycap.tsx';

/** What the model would change in what is written: each change is taken by itself. */
export function Changes({ desk, about }: { desk: Desk; about: string }) {
  const suggested = desk.suggested.value;
  const here = useRef<HTMLElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: 'nearest' }), [suggested]);
  if (suggested?.about !== about) return <p role='status' />;
  if (!suggested.text) return <p role='status' class='suggested'>{onCard.value.thinks}</p>;
  const found = hunks(changes(desk, about));
  const before = found.map(({ same, old }) => same + old).join('');
  const open = found.filter(({ number }) => number !== null).length;
  return (
    <section ref={here} class='suggested' aria-labelledby='suggested'>
      <h3 id='suggested'>
        {open > 0 ? onCard.value.suggests(suggested.model) : onCard.value.nothingElse}
      </h3>
      <p class='difference' dir='auto'>
        {found.map(({ number, same, old, now }, at) =>
          number === null
            ? (
              <span key={at}>
                <Pieces text={same} whole={suggested.text} />
              </span>
            )
            : (
              <button
                key={at}
                type='button'
                class='hunk'
                aria-label={onCard.value.take(now, old)}
                onClick={() => take(desk, number)}
              >
                {old && (
                  <del>
                    <Pieces text={old} whole={before} />
                  </del>
                )}
                {now && (
                  <ins>
                    <Pieces text={now} whole={suggested.text} />
                  </ins>
                )}
              </button>
            )
        )}
      </p>
      {open > 0 && (
        <button type='button' class='button' onClick={() => take(desk, 'all')}>
          {onCard.value.takeAll} <KeyCap desk={desk} of='take-all' />
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
      <p role='status' dir='auto'>
        <Pieces text={suggested.text || onCard.value.thinks} />
      </p>
      {suggested.text && (
        <button type='button' class='button plain' onClick={() => useWords(desk)}>
          {onCard.value.use} <KeyCap desk={desk} of='use-words' />
        </button>
      )}
      <button type='button' class='button plain' onClick={() => (desk.suggested.value = null)}>
        {onCard.value.dismiss}
      </button>
    </div>
  );
}
