import { deepEqual, equal } from 'node:assert/strict';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { early, stillMeant } from './early.ts';
import { card } from './examples.ts';
import { meant } from './keys.ts';
import type { Press } from '../shared/press.ts';

const KEY = { ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false };

function pressed(desk: Desk, key: string) {
  const event: Press & { timeStamp: number } = { ...KEY, key, timeStamp: 1000 };
  return early(desk, event as KeyboardEvent);
}

/** What the code does with it, once it is there. */
function answered(desk: Desk, one: ReturnType<typeof early>, now: number): string | undefined {
  const key = meant(one.event, desk, false);
  return key && stillMeant(desk, one, key, now) ? key.id : undefined;
}

function onCard(): Desk {
  const desk = opened(
    { type: 'card_reset', stream: 'hold:a', card: card('a', 'We') },
    { type: 'card_reset', stream: 'hold:b', card: card('b', 'They') },
  );
  desk.look({ at: 'hold', id: 'a' });
  return desk;
}

Deno.test('what goes somewhere or opens something is done a moment later', () => {
  const desk = onCard();
  deepEqual(['n', 'j', '?'].map((key) => answered(desk, pressed(desk, key), 2000)), [
    'next',
    'down',
    'keys',
  ]);
});

Deno.test('nothing is decided by a key that nobody could answer yet', () => {
  const desk = onCard();
  equal(meant(pressed(desk, 'a').event, desk, false)?.id, 'approve');
  for (const key of ['a', 'r', 't', 'e', 'z', '1']) {
    equal(answered(desk, pressed(desk, key), 1000), undefined, key);
  }
});

Deno.test('a key is not answered where another thing is looked at, nor much later', () => {
  const desk = onCard();
  const key = pressed(desk, 'n');
  equal(answered(desk, key, 3001), undefined);
  desk.look({ at: 'hold', id: 'b' });
  equal(answered(desk, key, 1000), undefined);
});
