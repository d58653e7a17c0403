/** What was done with a hold, step by step, in words. */
import type { HoldView, RevealView, StepView } from '../shared/protocol.gen.ts';
import { onEvidence } from '../text/evidence.ts';
import { arrival } from './outcome.ts';

type Known = Readonly<Record<string, string>>;

export function judged(judgement: RevealView['judgement']): string {
  return onEvidence.value.judged[judgement];
}

/** "Ana looked at it", "held", "Ben decided to edit it". */
export function step({ what, by, detail }: StepView, me: string): string {
  const texts = onEvidence.value;
  if (what === 'delivery') return arrival({ delivery: detail as HoldView['delivery'] });
  const happened = (texts.happened as Known)[what];
  if (happened) return happened;
  const system = by?.id.startsWith('system:');
  const who = !by ? '' : by.id === me ? texts.you : system ? texts.server : by.name;
  const did = deed(what, detail);
  return who ? texts.by(who, did) : did;
}

function deed(what: string, detail: string): string {
  const texts = onEvidence.value;
  switch (what) {
    case 'proposed':
      return (texts.wants as Known)[detail] ?? detail;
    case 'decided':
      return (texts.decided as Known)[detail] ?? detail;
    case 'released':
      return detail
        ? texts.putBack((texts.reasons as Known)[detail] ?? detail)
        : texts.done.released;
    case 'rechecked':
      return detail === 'warned' ? texts.warned : texts.rechecked;
    case 'revealed':
      return texts.revealed((texts.judged as Known)[detail] ?? detail);
    default:
      return (texts.done as Known)[what] ?? what.replaceAll('_', ' ');
  }
}
