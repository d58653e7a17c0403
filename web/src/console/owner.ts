/** Whose this tab is: what one person left in it is neither sent nor shown as another's. */
import type { Desk } from './desk.ts';

const KEY = 'hitl-person';
export const AWAY = 'hitl-away';

/** This person is signed in here. Throws while the page itself is still another's. */
export function owned(desk: Desk, person: string): void {
  const { shelf, location } = desk.around;
  if (shelf.getItem(KEY) === person) return;
  if (desk.me.value) { // all that it shows and remembers is theirs: only a new page is not
    location.reload();
    throw new Error('this page is of another person');
  }
  desk.outbox.empty();
  desk.waiting.value = [];
  desk.typed.empty();
  shelf.setItem(AWAY, '');
  shelf.setItem(KEY, person);
}
