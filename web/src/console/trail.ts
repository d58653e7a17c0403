/** What was done with a hold, step by step, in words. */
import type { HoldView, RevealView, StepView } from '../shared/protocol.gen.ts';
import { onEvidence } from '../text/evidence.ts';
import { arrival } from './outcome.ts';

type Known = Readonly<Record<string, string>>;

export function judged(judgement: RevealView['judgement']): string {
  return onEvidence.value.judged[judgement];
}

/** "Ana looked at it", "held", "you edited it": whole sentences, in every language. */
export function step({ what, by, detail }: StepView, me: string): string {
  const texts = onEvidence.value;
  if (what === 'delivery') return arrival({ delivery: detail as HoldView['delivery'] });
  const happened = (texts.happened as Known)[what];
  if (happened) return happened;
  const system = by?.id.startsWith('system:');
  const did = deed(what, detail);
  if (!did) return [by?.name, what.replaceAll('_', ' ')].filter(Boolean).join(': ');
  if (!by) return did;
  return by.id === me ? texts.you(did) : texts.by(system ? texts.server : by.name, did);
}

/** "" for what a newer server knows and we do not. */
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
      return (texts.done as Known)[what] ?? '';
  }
}
