/** What the person at this console looks at now, and what is theirs. Changes nothing. */
import type { Action, Card, ConversationView, HoldView } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export function cardNow(desk: Desk): Card | null {
  const looking = desk.looking.value;
  return looking?.at === 'hold' ? desk.state.value.cards.get(looking.id) ?? null : null;
}

/** The conversation that is looked at, or that the hold looked at belongs to. */
export function conversationNow(desk: Desk): ConversationView | null {
  const looking = desk.looking.value;
  const { talks, conversations } = desk.state.value;
  if (looking?.at === 'conv') {
    return talks.get(looking.id)?.conversation ?? conversations.get(looking.id) ?? null;
  }
  const card = cardNow(desk);
  return card ? conversations.get(card.hold.conversation) ?? null : null;
}

export function isMine(desk: Desk, who: { readonly id: string } | null): boolean {
  return who !== null && who.id === desk.state.value.me?.id;
}

/** The decision about a hold that is on its way to the server. */
export function underWay(desk: Desk, hold: string): Action | null {
  const sent = desk.waiting.value.find(({ cmd }) => cmd.do === 'decide' && cmd.hold === hold);
  return sent?.cmd.do === 'decide' ? sent.cmd.action : null;
}

export function mayDecide(desk: Desk): boolean {
  return desk.me.value?.may.includes('decide') ?? true;
}

/** Whether somebody passed it on to the supervisors, and I am none. */
export function isBeyond(desk: Desk, hold: HoldView): boolean {
  return hold.escalated_by !== null && !desk.state.value.me?.supervisor;
}

/** The supervisors who are there, by name; without the one whose decision it is. */
export function supervisors(desk: Desk, but = ''): string {
  const found = desk.state.value.people.filter((one) => one.supervisor && one.id !== but);
  return found.map(({ name }) => name).join(', ');
}
