import type { Mark } from '../shared/marks.ts';
import type { MessageView, ReviewCard } from '../shared/protocol.gen.ts';
import { Words } from '../shared/words.tsx';
import { clock } from '../text/numbers.ts';
import { onLane } from '../text/lane.ts';

const ANSWER = '0/content';

/** Where rules saw something; spans are those of the draft, and count only while it was not changed. */
export function marksOf({ reasons, decision }: ReviewCard): Mark[] {
  if (decision && decision.action !== 'approve' && decision.action !== 'release') return [];
  return reasons.flatMap(({ spans }, at) =>
    spans
      .filter(({ field }) => field === ANSWER)
      .map(({ start, end }) => ({ start, end, number: at + 1 }))
  );
}

/** Why an answer is here, in words; a rule by its name. */
export function cause(of: string): string {
  const known: Readonly<Record<string, string>> = onLane.value.causes;
  return known[of] ?? of.replace(/^rule:/, '').replaceAll(/[-_]+/g, ' ');
}

/** Which rule spoke, by which check: numbered as the marks are. */
export function Because({ card: { reasons } }: { card: ReviewCard }) {
  if (reasons.length === 0) return null;
  return (
    <div class='part'>
      <h2>{onLane.value.because}</h2>
      <ol class='because'>
        {reasons.map(({ rule, check, detail }, at) => (
          <li key={at}>
            <span class='number'>{at + 1}</span> <b>{cause(rule)}</b>
            <span class='check'>
              {[check.split(':')[0]?.replaceAll('_', ' '), detail].filter(Boolean).join(': ')}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The conversation it belongs to, for whoever wants to read it. */
export function Around({ card: { messages } }: { card: ReviewCard }) {
  if (messages.length === 0) return null;
  return (
    <details>
      <summary>{onLane.value.conversation}</summary>
      <ol class='around'>
        {messages.map((message) => <Said key={message.id} {...message} />)}
      </ol>
    </details>
  );
}

function Said({ author, name, text, at }: MessageView) {
  const authors: Readonly<Record<string, string>> = onLane.value.authors;
  return (
    <li>
      <p class='by'>
        <bdi>{name || (authors[author] ?? author)}</bdi> <time>{clock(at)}</time>
      </p>
      <Words text={text ?? onLane.value.erased} />
    </li>
  );
}
