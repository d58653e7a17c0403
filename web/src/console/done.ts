/** What this page does once a command has its answer. */
import type { AnyCommand } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export function done(desk: Desk, cmd: AnyCommand, body: unknown): void {
  switch (cmd.do) {
    case 'next': {
      const found = (body as { id?: string }).id;
      if (found) desk.look({ at: 'hold', id: found });
      else desk.tell('Nothing waits for you.');
      break;
    }
    case 'decide': // what was typed stays, for whoever undoes it
      if (desk.editing.value === cmd.hold) desk.editing.value = null;
      desk.noted(cmd.hold);
      if (cmd.action === 'take_over') {
        desk.listen((body as { conversation: string }).conversation);
      }
      break;
    case 'undo':
      if (desk.typed.of(cmd.hold) && desk.looking.value?.id === cmd.hold) {
        desk.editing.value = cmd.hold;
      }
      break;
    case 'take_over':
      desk.listen(cmd.conversation);
      break;
    case 'second':
      desk.noted(cmd.hold);
      desk.tell(cmd.agree ? 'Confirmed.' : 'Declined: it is back with its author.');
      break;
    case 'give_opinion':
      desk.noted(cmd.hold);
      desk.tell('Your opinion is recorded. Nothing was sent.');
      break;
    case 'ask_opinion':
      desk.tell('Asked. They do not see what you think.');
      break;
    case 'escalate':
      desk.tell('Passed to the supervisors.');
      break;
    case 'assign':
    case 'transfer':
      desk.tell('Given to your colleague.');
      break;
    case 'hand_back':
      desk.tell('The assistant speaks again.');
      break;
  }
}
