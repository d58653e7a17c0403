/** Whose this tab is: what one person left in it is neither sent nor shown as another's. */
import type { Desk } from './desk.ts';

const KEY = 'hitl-person';
export const AWAY = 'hitl-away';

/** This person is signed in here. Throws while the page itself is still another's. */
export function owned(desk: Desk, person: string): void {
  const { shelf, location } = desk.around;
  const theirs = shelf.getItem(KEY) === person;
  if (desk.me.value && !theirs) { // all that it shows and remembers is another's: a new page is not
    location.reload();
    throw new Error('this page is of another person');
  }
  if (!theirs) {
    desk.outbox.empty();
    desk.waiting.value = [];
    desk.typed.empty();
    shelf.setItem(AWAY, '');
    shelf.setItem(KEY, person);
  }
  desk.typed.begin(person);
}
