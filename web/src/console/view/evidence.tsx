import type { Card, Cluster, Help, KnownAnswer } from '../../shared/protocol.gen.ts';
import { onEvidence } from '../../text/evidence.ts';
import { day } from '../../text/numbers.ts';
import { Difference } from '../../shared/changes.tsx';
import { Pieces, Words } from '../../shared/words.tsx';
import { useAnswer } from '../editing.ts';
import type { Desk } from '../desk.ts';
import { clusters, known, passages, past, percent, says } from '../findings.ts';
import { CONTENT } from '../texts.ts';

/** What the model says when it is asked again, those who agree together, against the draft. */
export function Samples({ desk, card }: { desk: Desk; card: Card }) {
  const groups = clusters(card);
  if (groups.length === 0) return null;
  const all = groups.reduce((sum, one) => sum + one.samples.length, 0);
  const draft = (card.sent[CONTENT] ?? '') + (card.pending[CONTENT] ?? '');
  return (
    <section class='samples' aria-labelledby='samples'>
      <h3 id='samples'>{onEvidence.value.samples}</h3>
      <div class='clusters'>
        {groups.map((group, at) => (
          <Group key={at} desk={desk} group={group} all={all} draft={draft} />
        ))}
      </div>
    </section>
  );
}

interface GroupProps {
  readonly desk: Desk;
  readonly group: Cluster;
  readonly all: number;
  readonly draft: string;
}

function Group({ desk, group, all, draft }: GroupProps) {
  const [first, ...others] = group.samples;
  if (!first) return null;
  return (
    <article class='cluster'>
      <h4>
        <bdi dir='auto'>
          <Pieces text={says(group, all)} whole={group.says} />
        </bdi>
      </h4>
      {desk.difference.value
        ? <Difference before={draft} after={first.text} />
        : <Words text={first.text} />}
      {others.length > 0 && (
        <details>
          <summary>{onEvidence.value.moreLikeIt(others.length)}</summary>
          {others.map((one, at) => (
            <div key={at} class='sample'>
              <Words text={one.text} />
              <Use desk={desk} text={one.text} by='rewritten' />
            </div>
          ))}
        </details>
      )}
      <Use desk={desk} text={first.text} by='rewritten' />
    </article>
  );
}

/** `by`: what an answer is marked with that takes it. */
function Use({ desk, text, by }: { desk: Desk; text: string; by: Help }) {
  return (
    <button type='button' class='button' onClick={() => useAnswer(desk, text, by)}>
      {onEvidence.value.useAnswer}
    </button>
  );
}

/** What the model was given about the same: a claim of the draft, and the passage nearest to it. */
export function Passages({ card }: { card: Card }) {
  const found = passages(card);
  if (found.length === 0) return null;
  return (
    <section class='passages' aria-labelledby='passages'>
      <h3 id='passages'>{onEvidence.value.passages}</h3>
      {found.map((one, at) => (
        <figure key={at}>
          <figcaption class='check'>
            {onEvidence.value.nearest} “<Words text={one.claim} />”,{' '}
            {onEvidence.value.from(one.source)}
          </figcaption>
          <blockquote>
            <Words text={one.text} />
          </blockquote>
        </figure>
      ))}
    </section>
  );
}

/** Answers that were found bad before and are like this one. `bare`: without scores. */
export function KnownBad({ desk, card, bare }: { desk: Desk; card: Card; bare: boolean }) {
  const answers = known(card);
  if (answers.length === 0) return null;
  return (
    <section class='known' aria-labelledby='known'>
      <h3 id='known'>{onEvidence.value.known}</h3>
      {answers.map((one) => (
        <Known key={one.id} desk={desk} one={one} told={past(card.history[one.id])} bare={bare} />
      ))}
    </section>
  );
}

interface KnownProps {
  readonly desk: Desk;
  readonly one: KnownAnswer;
  readonly told: string;
  readonly bare: boolean;
}

function Known({ desk, one, told, bare }: KnownProps) {
  return (
    <article class='known-answer'>
      <h4>
        <code>{one.id}</code>
        {!bare && <span class='check'>{onEvidence.value.alike(percent(one.similarity))}</span>}
      </h4>
      <p class='check'>
        {onEvidence.value.to} “<Words text={one.question} />”
      </p>
      <blockquote class='bad'>
        <Words text={one.bad} />
      </blockquote>
      <p class='check'>{[origin(one), told].filter(Boolean).join(' ')}</p>
      {one.good && (
        <>
          <blockquote class='good'>
            <Words text={one.good} />
          </blockquote>
          <Use desk={desk} text={one.good} by='canned' />
        </>
      )}
    </article>
  );
}

/** Who added it, when and why. */
function origin({ by, at, why }: KnownAnswer): string {
  const texts = onEvidence.value;
  const who = by && (at ? texts.addedOn(by, day(at)) : texts.addedBy(by));
  return [who, why].filter(Boolean).join(': ') + (who || why ? '.' : '');
}
