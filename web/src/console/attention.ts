/**
 * Who attends to which hold: told of this console, read of colleagues. Only shown, never a claim.
 * Whoever runs along the list looks at nothing; staying for a moment is looking.
 */
import { effect } from '@preact/signals';
import type { HoldView, LookView, Who } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { isMine } from './now.ts';
import type { Desk } from './desk.ts';

/** Seconds. */
const MOMENT = 1;

type Attends = { readonly hold: string; readonly doing: LookView['doing'] };

export function attends(desk: Desk): Attends {
  const looking = desk.looking.value;
  const hold = looking?.at === 'hold' ? looking.id : '';
  return { hold, doing: hold && desk.editing.value === hold ? 'editing' : 'looking' };
}

/** Tells the server, for as long as the page lives; and again after each reconnect. */
export function tellAttention(desk: Desk): void {
  let told = '';
  effect(() => {
    const now = attends(desk);
    const name = `${now.doing} ${now.hold}`;
    if (desk.standing.value !== 'live') told = 'looking ';
    else if (name !== told) {
      desk.around.later(now.hold ? MOMENT : 0, () => {
        const still = attends(desk);
        const same = `${still.doing} ${still.hold}` === name;
        if (!same || told === name || desk.standing.value !== 'live') return;
        told = name;
        desk.mention({ do: 'look', ...still });
      });
    }
  });
}

export interface Presence {
  readonly who: Who;
  readonly doing: LookView['doing'];
  readonly away: boolean;
}

/** Colleagues at this hold, those who write first; who is away is still said. */
export function colleaguesAt(desk: Desk, { id }: HoldView): Presence[] {
  const { looks, people } = desk.state.value;
  return looks
    .filter((one) => one.hold === id && !isMine(desk, one.by))
    .map(({ by, doing }) => ({
      who: by,
      doing,
      away: people.find((one) => one.id === by.id)?.away ?? false,
    }))
    .sort((one, other) => one.doing < other.doing ? -1 : one.doing > other.doing ? 1 : 0);
}

/** "Ben is editing", "Chi is looking (away)". */
export function presence({ who, doing, away }: Presence): string {
  const { queue, header } = say.value;
  return queue.doing[doing](who.name) + (away ? ` (${header.away})` : '');
}
