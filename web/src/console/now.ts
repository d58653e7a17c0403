/** What the person at this console looks at now, and what is theirs. Changes nothing. */
import type {
  Action,
  AnyCommand,
  Card,
  ConversationView,
  HoldView,
} from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { alive, holdOf } from './state.ts';

export function cardNow(desk: Desk): Card | null {
  const looking = desk.looking.value;
  return looking?.at === 'hold' ? desk.state.value.cards.get(looking.id) ?? null : null;
}

/** Whether somebody wants to know what I would do here. */
export function owing(desk: Desk): boolean {
  const hold = cardNow(desk)?.hold;
  return hold !== undefined && alive(hold) && hold.asked.includes(desk.state.value.me?.id ?? '');
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

/** What a person does to a hold, once: until its news is here, the page shows it as it was before. */
const ONCE = ['decide', 'undo', 'send_now', 'second', 'give_opinion', 'release'] as const;
type Once = typeof ONCE[number];

/** The command of this kind about a hold that is on its way: to the server, or its news to us. */
function onItsWay(desk: Desk, kind: Once, hold: string): AnyCommand | null {
  const is = (cmd: AnyCommand) => cmd.do === kind && cmd.hold === hold;
  const sent = desk.waiting.value.find(({ cmd }) => is(cmd));
  if (sent) return sent.cmd;
  const done = desk.unheard.value.find(({ cmd }) => is(cmd));
  return done && done.known === holdOf(desk.state.value, hold) ? done.cmd : null;
}

export function isOnItsWay(desk: Desk, kind: Once, hold: string): boolean {
  return onItsWay(desk, kind, hold) !== null;
}

/** The server has done it, and its news may still be on its way. */
export function answered(desk: Desk, cmd: AnyCommand): void {
  if (!isOnce(cmd)) return;
  const known = holdOf(desk.state.value, cmd.hold);
  if (!known || isHeard(desk, cmd, known)) return;
  const others = desk.unheard.value.filter((one) =>
    one.known === holdOf(desk.state.value, one.known.id)
  );
  desk.unheard.value = [...others, { cmd, known }];
}

type Done = Extract<AnyCommand, { do: Once }>;

function isOnce(cmd: AnyCommand): cmd is Done {
  return ONCE.some((one) => one === cmd.do);
}

/** Whether its news was here before the answer: then no more comes. */
function isHeard(desk: Desk, cmd: Done, known: HoldView): boolean {
  if (!alive(known)) return true;
  switch (cmd.do) {
    case 'decide':
      return known.proposal !== null;
    case 'undo':
      return known.state !== 'settling';
    case 'send_now':
      return !known.proposal || known.proposal.settle_at <= desk.now.value;
    case 'second':
      return known.proposal?.second !== 'wanted';
    case 'give_opinion':
      return !known.asked.includes(desk.state.value.me?.id ?? '');
    case 'release':
      return !isMine(desk, known.claimed_by);
  }
}

/** The decision about a hold that is on its way. */
export function underWay(desk: Desk, hold: string): Action | null {
  const found = onItsWay(desk, 'decide', hold);
  return found?.do === 'decide' ? found.action : null;
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
