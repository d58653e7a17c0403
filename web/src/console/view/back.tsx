import { onCard } from '../../text/card.ts';
import type { Desk } from '../desk.ts';

/** To the queue, where one pane has the whole screen. */
export function Back({ desk }: { desk: Desk }) {
  return (
    <button type='button' class='button plain back' onClick={() => desk.look(null)}>
      <span aria-hidden='true'>‹</span> <span class='word'>{onCard.value.queue}</span>
    </button>
  );
}
