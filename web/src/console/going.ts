/** Through the queue: to what is most urgent, and to the neighbour. */
import { say as texts } from '../text/say.ts';
import type { Desk } from './desk.ts';
import { alive } from './state.ts';

export function next(desk: Desk): void {
  if (desk.standing.value === 'live') desk.command({ do: 'next' });
  else desk.tell(texts.value.notices.notConnected, true);
}

/** The neighbour in the list, in the order on the screen; what has ended there is passed over. */
export function move(desk: Desk, step: 1 | -1): void {
  const looking = desk.looking.value?.id ?? '';
  const ids = desk.still.shown.value.list
    .filter((hold) => alive(hold) || hold.id === looking)
    .map((hold) => hold.id);
  const at = ids.indexOf(looking);
  const id = at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  if (id) desk.look({ at: 'hold', id });
}
