import type { Reason } from '../../shared/protocol.gen.ts';

const CODES: Record<string, string> = {
  matched: 'found in the text',
  threshold: 'above its threshold',
  check_failed: 'the check failed, so a person looks',
  check_timed_out: 'the check took too long, so a person looks',
  ended: 'because of how the answer ended',
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
              <b>{reason.detail || reason.rule}</b> {CODES[reason.code] ?? reason.code}
              <span class='check'>
                {[kinds(reason), reason.check.split(':')[0], reason.rule, score(reason)]
                  .filter(Boolean).join(' · ')}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {outstanding.length > 0 && <p class='check'>Not judged yet by {outstanding.join(', ')}</p>}
    </section>
  );
}

function kinds({ spans, detail }: Reason): string {
  return [...new Set(spans.map((span) => span.kind))].filter((kind) => kind !== detail).join(', ');
}

function score({ score, code }: Reason): string {
  return score === null || code === 'matched' ? '' : `score ${score.toFixed(2)}`;
}
