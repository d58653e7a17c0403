import type { Reason } from '../../shared/protocol.gen.ts';
import { title } from '../titles.ts';

const CODES: Record<string, string> = {
  matched: 'found in the text',
  threshold: 'above its threshold',
  check_failed: 'the check failed, so a person looks',
  check_timed_out: 'the check took too long, so a person looks',
  stop_switch: 'the stop switch holds everything',
};

/** Why it is held; the numbers are those of the marks in the text. */
export function Reasons(
  { reasons, outstanding }: { reasons: readonly Reason[]; outstanding: readonly string[] },
) {
  return (
    <section class='reasons' aria-labelledby='reasons'>
      <h3 id='reasons'>Why it is held</h3>
      <ol>
        {reasons.map((reason, at) => (
          <li key={at}>
            <span class='number'>{at + 1}</span>
            <span>
              <b>{title([reason.rule])}</b>: {cause(reason)}
              <span class='check'>
                {[reason.check.split(':')[0], score(reason)].filter(Boolean).join(', ')}
                {found(reason).map((what) => <code key={what}>{what}</code>)}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {outstanding.length > 0 && <p class='check'>Not judged yet by {outstanding.join(', ')}</p>}
    </section>
  );
}

function cause({ code, check }: Reason): string {
  if (check === 'ended:any') return 'every answer to this kind of question is looked at';
  if (code === 'ended') {
    return `the answer ended with ${check.replace('ended:', '').replaceAll('_', ' ')}`;
  }
  return CODES[code] ?? code;
}

/** What exactly, in the words of the rule's author. */
function found({ spans, detail }: Reason): string[] {
  const kinds = spans.map((span) => span.kind).filter((kind) =>
    !['pattern', 'literal'].includes(kind)
  );
  return [...new Set([detail, ...kinds])].filter(Boolean);
}

function score({ score, code }: Reason): string {
  return score === null || code === 'matched' ? '' : `score ${score.toFixed(2)}`;
}
