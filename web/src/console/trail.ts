/** What was done with a hold, step by step, in words. */
import type { Action, RevealView, StepView } from '../shared/protocol.gen.ts';

const JUDGED: Record<RevealView['judgement'], string> = {
  fine: 'fine',
  wrong: 'wrong',
  unsure: 'not sure',
};

const DID: Record<Action, string> = {
  approve: 'approve it',
  edit: 'edit it',
  reject: 'reject it',
  take_over: 'take over',
};

const DECIDED: Record<string, string> = {
  approve: 'approved it',
  edit: 'edited it',
  reject: 'rejected it',
  take_over: 'took over',
  release: 'released it',
  fallback_text: 'sent the safe answer',
  block: 'blocked it',
};

/** What happened to the hold by itself. */
const HAPPENED: Record<string, string> = {
  opened: 'held',
  requeued: 'back in the queue',
  sunk: 'nobody waits for it any more',
  customer_left: 'the customer left',
  customer_back: 'the customer is back',
  cancelled: 'cancelled',
};

/** What somebody did with it. */
const DONE: Record<string, string> = {
  looked: 'looked at it',
  claimed: 'claimed it',
  released: 'gave it back',
  undone: 'took that back',
};

export function judged(judgement: RevealView['judgement']): string {
  return JUDGED[judgement];
}

/** "Ana looked at it", "held", "Ben decided to edit it". */
export function step({ what, by, detail }: StepView, me: string): string {
  if (what === 'delivery') return detail === 'delivered' ? 'the customer has it' : detail;
  const happened = HAPPENED[what];
  if (happened) return happened;
  const who = !by ? '' : by.id === me ? 'you' : by.name.replace(/^system:.*/, 'the server');
  const did = deed(what, detail);
  return who ? `${who} ${did}` : did;
}

function deed(what: string, detail: string): string {
  switch (what) {
    case 'proposed':
      return `wants to ${DID[detail as Action] ?? detail}`;
    case 'decided':
      return DECIDED[detail] ?? detail;
    case 'rechecked':
      return detail === 'warned' ? 'the checks warn of the edit' : 'the edit was checked';
    case 'revealed':
      return `thought “${
        JUDGED[detail as RevealView['judgement']] ?? detail
      }”, then saw the scores`;
    default:
      return DONE[what] ?? what.replaceAll('_', ' ');
  }
}
