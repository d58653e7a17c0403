/** What became of a hold, or is becoming of it, in words. */
import type { Action, DecisionView, HoldView, SystemAction } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';

/** The system decides in the name of a clock, a switch or an empty room. */
const SYSTEM = 'system:';

/** "You approved", "Ben edited": a decision that was made or is about to be. */
export function deed(by: { id: string; name: string }, action: Action, me: string): string {
  const { you, they } = say.value.outcome;
  return by.id === me ? you[action] : they[action](by.name);
}

export function outcome(hold: HoldView, me: string): string {
  const { decision, state } = hold;
  const words = say.value.outcome;
  if (state === 'cancelled') return words.cancelled;
  if (!decision) return '';
  const { by, action } = decision;
  if (by.id.startsWith(SYSTEM)) {
    const causes: Readonly<Record<string, string>> = words.system;
    const cause = causes[by.id.slice(SYSTEM.length)] ?? by.name;
    return `${cause}: ${words.sent[action as SystemAction] ?? action}`;
  }
  const done = deed(by, action as Action, me);
  return (by.id === me ? done : words.first(done)) + marks(decision, me);
}

/** Whose words and whose second look went into it. */
function marks({ by, helped, seconder, corrects }: DecisionView, me: string): string {
  const words = say.value.outcome;
  const name = by.id === me ? words.yourself : by.name;
  const said = [
    corrects && words.corrected,
    helped.includes('instructed') && words.instructed(name),
    helped.includes('rewritten') && words.rewritten,
    helped.includes('canned') && words.canned,
    seconder && words.confirmed(seconder.id === me ? words.yourself : seconder.name),
  ].filter(Boolean);
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

/** Whether it has reached the customer. */
export function arrival({ delivery }: Pick<HoldView, 'delivery'>): string {
  switch (delivery) {
    case 'delivered':
      return say.value.outcome.delivered;
    case 'delivering':
      return say.value.outcome.delivering;
    case 'undelivered':
      return say.value.outcome.undelivered;
    case 'none':
      return '';
  }
}
