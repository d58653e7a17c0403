import { deepEqual, equal } from 'node:assert/strict';
import type { Action } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { desk } from './desks.ts';
import { ANA, card } from './examples.ts';
import { meant } from './keys.ts';
import { undoable } from './undoing.ts';

/** A desk that looks at a decision of somebody's which can be taken back until `settle_at`. */
function decided(action: Action, by = ANA, settle_at = 1003): Desk {
  const second = 'no' as const;
  const recheck = 'clean' as const;
  const proposal = { by, action, settle_at, recheck, second, because: [], corrects: false };
  const hold = card('a', 'We', { state: 'settling', proposal });
  const made = desk({ type: 'card_reset', stream: 'hold:a', card: hold });
  made.now.value = 1000;
  made.standing.value = 'live';
  made.look({ at: 'hold', id: 'a' });
  return made;
}

function press(desk: Desk, key: string, ctrlKey = false): void {
  const more = { metaKey: false, altKey: false, repeat: false, isComposing: false };
  meant({ key, ctrlKey, ...more }, desk, false)?.run(desk);
}

const sent = (desk: Desk) => desk.waiting.value.map(({ cmd }) => cmd.do);

Deno.test('the key that made a decision sends it at once, and does so once', () => {
  for (const [action, key] of [['approve', 'a'], ['reject', 'r'], ['edit', 'Enter']] as const) {
    const made = decided(action);
    equal(undoable(made)?.id, 'a');
    press(made, key, action === 'edit');
    press(made, key, action === 'edit');
    deepEqual(sent(made), ['send_now']);
    equal(made.notice.value, null);
  }
});

Deno.test('another key does not, nor after the time to undo', () => {
  const others = decided('approve');
  press(others, 'r');
  press(others, 'Enter', true);
  const late = decided('reject', ANA, 1000);
  press(late, 'r');
  const bens = decided('approve', { id: 'ben', name: 'Ben', away: false, supervisor: false });
  press(bens, 'a');
  deepEqual([sent(others), sent(late), sent(bens)], [[], [], []]);
});
