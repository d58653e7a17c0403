/** In the conversations that people speak in: what was not read yet, and who waits for whom. */
import type { ConversationView, Talk } from '../shared/protocol.gen.ts';
import type { State } from './state.ts';

export type Waiting =
  | { readonly for: 'person'; readonly since: number; readonly gone: boolean }
  | { readonly for: 'customer'; readonly gone: boolean };

/** The conversations that I speak in. */
export function mine({ conversations, me }: State): ConversationView[] {
  return [...conversations.values()].filter(({ owner }) => owner !== null && owner.id === me?.id);
}

/** How many messages of the customer came since I looked, or since a person answered. */
export function unread(talk: Talk | undefined, seen: number): number {
  const messages = talk?.messages ?? [];
  const answered = messages.findLast(({ author }) => author === 'human')?.seq ?? 0;
  const from = Math.max(seen, answered);
  return messages.filter(({ author, seq }) => author === 'customer' && seq > from).length;
}

/** Who waits, and whether the customer is there: a message that did not arrive says so, too. */
export function waiting(talk: Talk, here = true): Waiting {
  const { messages } = talk;
  const last = messages.findLast(({ author }) => author === 'customer' || author === 'human');
  if (last?.author !== 'human') {
    const asked = messages.findLast(({ author }) => author === 'human')?.seq ?? -1;
    const first = messages.find(({ author, seq }) => author === 'customer' && seq > asked);
    return { for: 'person', since: first?.at ?? last?.at ?? 0, gone: !here };
  }
  return { for: 'customer', gone: !last.delivered };
}
