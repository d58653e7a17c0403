import { useState } from 'preact/hooks';
import { onCard } from '../../text/card.ts';
import type { Criteria as Told, Excerpt } from '../../shared/protocol.gen.ts';
import { blocks, type Run, unwrapped } from '../../shared/guidance.ts';
import { Pieces, Words } from '../../shared/words.tsx';

/** What fits beside the rest of a card: letters, and lines. */
const SHORT = 420, FEW = 8;

/** What a rule's author tells whoever decides, and what the company's policy says about it. */
export function Criteria(
  { rule, description, guidance, good, bad, limits, policy }: Told,
) {
  return (
    <section class='criteria' aria-label={onCard.value.criteriaOf(rule)}>
      <h3>{description || rule}</h3>
      <Guidance text={guidance} />
      {limits.length > 0 && (
        <dl>
          {limits.map(([what, most]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{most}</dd>
            </div>
          ))}
        </dl>
      )}
      <Examples title={onCard.value.good} kind='good' texts={good} />
      <Examples title={onCard.value.bad} kind='bad' texts={bad} />
      {policy && <Policy {...policy} />}
    </section>
  );
}

/** The part of the company's policy that the rule names. Long ones begin folded. */
function Policy({ title, text }: Excerpt) {
  const long = text.length > SHORT || text.split('\n').length > FEW;
  const [open, setOpen] = useState(!long);
  return (
    <figure class='policy'>
      <figcaption>{title ? <Words text={title} /> : onCard.value.policy}</figcaption>
      <div class={open ? '' : 'folded'}>
        <Guidance text={unwrapped(text)} />
      </div>
      {long && (
        <button
          type='button'
          class='button plain'
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? onCard.value.less : onCard.value.all}
        </button>
      )}
    </figure>
  );
}

function Guidance({ text }: { text: string }) {
  return (
    <div class='guidance' dir='auto'>
      {blocks(text).map(({ kind, lines }, at) =>
        kind === 'list'
          ? (
            <ul key={at}>
              {lines.map((runs, at) => (
                <li key={at}>
                  <Line runs={runs} />
                </li>
              ))}
            </ul>
          )
          : (
            <div key={at}>
              {lines.map((runs, at) => (
                <p key={at}>
                  <Line runs={runs} />
                </p>
              ))}
            </div>
          )
      )}
    </div>
  );
}

function Line({ runs }: { runs: readonly Run[] }) {
  return (
    <>
      {runs.map(({ kind, text }, at) => {
        switch (kind) {
          case 'text':
            return <Pieces key={at} text={text} />;
          case 'strong':
            return (
              <strong key={at}>
                <Pieces text={text} />
              </strong>
            );
          case 'emphasis':
            return (
              <em key={at}>
                <Pieces text={text} />
              </em>
            );
          case 'code':
            return (
              <code key={at}>
                <Pieces text={text} />
              </code>
            );
        }
      })}
    </>
  );
}

function Examples(
  { title, kind, texts }: { title: string; kind: string; texts: readonly string[] },
) {
  if (texts.length === 0) return null;
  return (
    <div class={`examples ${kind}`}>
      <h4>{title}</h4>
      <ul>
        {texts.map((text) => (
          <li key={text}>
            <Words text={text} />
          </li>
        ))}
      </ul>
    </div>
  );
}
