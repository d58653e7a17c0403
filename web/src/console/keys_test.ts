import { deepEqual, equal } from 'node:assert/strict';
import type { AnyOutbound } from '../shared/protocol.gen.ts';
import { Desk } from './desk.ts';
import { ANA, card, conversation, hold } from './examples.ts';
import { KEYS, meant, type Press } from './keys.ts';
import { taken } from './state.ts';

function desk(...frames: AnyOutbound[]): Desk {
  const kept = new Map<string, string>();
  const made = new Desk({
    shelf: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    },
    now: () => 1000,
    later: () => {},
    open: () => {
      throw new Error('nobody opens a socket here');
    },
    location: { hash: '' },
  });
  const welcome: AnyOutbound = { type: 'welcome', ver: 1, now: 1000, feed: 'f', me: ANA, undo: 3 };
  made.state.value = [welcome, ...frames].reduce(
    (state, frame) => taken(state, frame, 1000),
    made.state.value,
  );
  return made;
}

const BARE: Press = {
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
};
const press = (key: string, more: Partial<Press> = {}): Press => ({ ...BARE, key, ...more });
const says = (desk: Desk, pressed: Press, typing = false, dialog = false) =>
  meant(pressed, desk, typing, dialog)?.says;

function onCard(more: Parameters<typeof hold>[1] = {}): Desk {
  const made = desk({ type: 'card_reset', stream: 'hold:a', card: card('a', 'We', more) });
  made.look({ at: 'hold', id: 'a' });
  return made;
}

Deno.test('decisions need a hold that is looked at and alive', () => {
  for (const key of ['a', 'e', 'r']) {
    equal(says(desk(), press(key)), undefined);
    equal(says(onCard({ state: 'decided' }), press(key)), undefined);
    equal(typeof says(onCard(), press(key)), 'string');
  }
});

Deno.test('while somebody types bare keys are letters', () => {
  const busy = onCard();
  for (const { key } of KEYS) {
    if (key.length === 1) equal(says(busy, press(key), true), undefined);
  }
  busy.editing.value = 'a';
  equal(says(busy, press('Enter'), true), undefined);
  equal(says(busy, press('Enter', { ctrlKey: true }), true), 'send the edit');
  equal(says(busy, press('Enter', { metaKey: true }), true), 'send the edit');
  equal(says(busy, press('Enter', { ctrlKey: true, isComposing: true }), true), undefined);
  equal(says(busy, press('Escape'), true), 'leave the editor');
});

Deno.test('Enter alone means nothing anywhere', () => {
  equal(KEYS.some(({ key }) => key === 'Enter'), false);
});

Deno.test('a key that is held down decides once; lists may be run along', () => {
  equal(says(onCard(), press('a', { repeat: true })), undefined);
  equal(says(onCard(), press('j', { repeat: true })), 'down the list');
});

Deno.test("with Ctrl or Alt a letter is the browser's", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    equal(says(onCard(), press('a', more)), undefined);
  }
});

Deno.test('under the cheat sheet only its own keys work', () => {
  deepEqual(
    ['a', 'n', 'z', 'j'].map((key) => says(onCard(), press(key), false, true)),
    Array(4).fill(undefined),
  );
  equal(says(onCard(), press('?'), false, true), 'all keys');
});

Deno.test('hand back is for whoever speaks', () => {
  const talk = (owner: { id: string; name: string }) => {
    const made = desk({
      type: 'talk_reset',
      stream: 'conv:c',
      seq: 1,
      talk: { conversation: conversation('c', { owner }), messages: [] },
    });
    made.looking.value = { at: 'conv', id: 'c' };
    return made;
  };
  equal(says(talk(ANA), press('h')), 'hand back to the assistant');
  equal(says(talk({ id: 'ben', name: 'Ben' }), press('h')), undefined);
});

Deno.test('one key has one meaning at a time', () => {
  const made = onCard();
  for (const { key } of KEYS) {
    const fit = KEYS.filter((one) => one.key === key && (one.when?.(made) ?? true));
    equal(fit.length <= 1, true, key);
  }
});
