/** What became of a hold, or is becoming of it, in words. */
import type { Action, DecisionView, HoldView, SystemAction } from '../shared/protocol.gen.ts';

const DID: Record<Action | SystemAction, string> = {
  approve: 'approved',
  edit: 'edited',
  reject: 'rejected',
  take_over: 'took over',
  release: 'released',
  fallback_text: 'sent the safe answer',
  block: 'blocked the answer',
};

/** The system decides in the name of a clock, a switch or an empty room. */
const SYSTEM: Record<string, string> = {
  'system:deadline': 'Time ran out',
  'system:no_agent': 'Nobody was there',
  'system:customer_left': 'The customer left',
  'system:stop_switch': 'The stop switch was on',
};

const SENT: Record<SystemAction, string> = {
  release: 'the answer was released',
  fallback_text: 'the safe answer went out',
  block: 'the answer was blocked',
};

/** "You approved", "Ben edited": a decision that was made or is about to be. */
export function deed(by: { id: string; name: string }, action: Action, me: string): string {
  return `${by.id === me ? 'You' : by.name} ${DID[action]}`;
}

export function outcome(hold: HoldView, me: string): string {
  const { decision, state } = hold;
  if (state === 'cancelled') return 'Cancelled: nobody waits for this answer any more';
  if (!decision) return '';
  const { by, action } = decision;
  const cause = SYSTEM[by.id];
  if (cause) return `${cause}: ${SENT[action as SystemAction] ?? action}`;
  const first = by.id === me ? '' : ' this hold first';
  return deed(by, action as Action, me) + first + marks(decision, me);
}

/** Whose words and whose second look went into it. */
function marks({ by, helped, seconder }: DecisionView, me: string): string {
  const name = by.id === me ? 'you' : by.name;
  const said = [
    helped.includes('instructed') && `model, instructed by ${name}`,
    helped.includes('rewritten') && 'rewritten with the model',
    helped.includes('canned') && 'prepared words',
    seconder && `confirmed by ${seconder.id === me ? 'you' : seconder.name}`,
  ].filter(Boolean);
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

/** Whether it has reached the customer. */
export function arrival(hold: HoldView): string {
  switch (hold.delivery) {
    case 'delivered':
      return 'the customer has it';
    case 'delivering':
      return 'on its way to the customer';
    case 'undelivered':
      return 'not delivered yet: the customer is not connected';
    case 'none':
      return '';
  }
}
