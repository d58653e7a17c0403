/** What this page does once a command has its answer. */
import type { AnyCommand, HoldView } from '../shared/protocol.gen.ts';
import { claimed } from './putback.ts';
import { say } from '../text/say.ts';
import type { Desk } from './desk.ts';
import { answered } from './now.ts';
import { arrived } from './unsent.ts';

export function done(desk: Desk, cmd: AnyCommand, body: unknown): void {
  const { notices } = say.value;
  arrived(desk, cmd);
  answered(desk, cmd);
  switch (cmd.do) {
    case 'next': {
      const found = (body as { id?: string }).id;
      if (found) desk.look({ at: 'hold', id: found });
      else desk.tell(notices.nothingWaits);
      break;
    }
    case 'claim':
      claimed(desk, body as HoldView);
      break;
    case 'decide': // what was typed stays, for whoever undoes it
      if (desk.editing.value === cmd.hold) desk.editing.value = null;
      desk.noted(cmd.hold);
      if (cmd.action === 'take_over') {
        desk.listen((body as { conversation: string }).conversation);
      }
      break;
    case 'release': // a claim that only the editor made ends without a word, as it began
      if (cmd.because) desk.tell(notices.putBack);
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
      desk.tell(cmd.agree ? notices.confirmed : notices.declined);
      break;
    case 'give_opinion':
      desk.noted(cmd.hold);
      desk.tell(notices.opinionKept);
      break;
    case 'ask_opinion':
      desk.tell(notices.asked);
      break;
    case 'escalate':
      desk.tell(notices.escalated);
      break;
    case 'assign':
    case 'transfer':
      desk.tell(notices.given);
      break;
    case 'hand_back': // what was told to the assistant is not told it twice
      desk.typed.drop(`note:${cmd.conversation}`);
      desk.tell(notices.handedBack);
      break;
  }
}
