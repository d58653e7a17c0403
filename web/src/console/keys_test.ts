import { deepEqual, equal } from 'node:assert/strict';
import type { Desk } from './desk.ts';
import { desk } from './desks.ts';
import { does } from './does.ts';
import { ANA, card, conversation, hold } from './examples.ts';
import { meant, ofReasons, possible } from './keys.ts';
import { KEYS } from './registry.ts';
import { named, type Press } from '../shared/press.ts';

const BARE: Press = {
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
};
const press = (key: string, more: Partial<Press> = {}): Press => ({ ...BARE, key, ...more });
const says = (desk: Desk, pressed: Press, typing = false) => {
  const found = meant(pressed, desk, typing);
  return found && does(found);
};

Deno.test('every key says what it does', () => {
  deepEqual(KEYS.filter((one) => does(one) === one.id).map(({ id }) => id), ['edit', 'back']);
});

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
  const covered = onCard();
  covered.show('keys');
  deepEqual(
    ['a', 'n', 'z', 'j', 'Escape'].map((key) => says(covered, press(key))),
    Array(5).fill(undefined),
  );
  equal(says(covered, press('?')), 'all keys');
});

Deno.test('with Alt the place of a key counts, whatever it would write', () => {
  equal(named(press('¡', { altKey: true, code: 'Digit1' })), 'Alt+1');
  const busy = onCard();
  busy.editing.value = 'a';
  equal(says(busy, press('¡', { altKey: true, code: 'Digit1' }), true), 'choose a reason');
});

Deno.test('a key can be another one, for this person, and letters can be switched off', () => {
  const made = onCard();
  made.keys.load('ana');
  made.keys.set({ approve: 'y' });
  equal(says(made, press('a')), undefined);
  equal(says(made, press('y')), 'approve as it is');
  made.keys.load('ben');
  equal(says(made, press('a')), 'approve as it is');
  made.keys.load('ana');
  equal(says(made, press('y')), 'approve as it is');
  made.keys.switchOff(true);
  equal(says(made, press('y')), undefined);
  equal(says(made, press('k', { ctrlKey: true })), 'everything there is to do');
  made.keys.reset();
  equal(says(made, press('a')), 'approve as it is');
});

const AZERTY = '&é"\'(-è_ç';

Deno.test('reasons have nine keys that one can type, and Alt with them while one writes', () => {
  const made = onCard();
  made.keys.learn(KEYS);
  made.keys.load('ana');
  const wanted = ofReasons(AZERTY) ?? {};
  equal(made.keys.clash(wanted), undefined);
  made.keys.set(wanted);
  equal(says(made, press('3')), undefined);
  meant(press('"'), made, false)?.run(made);
  deepEqual(made.why.of('a'), ['promise removed']);
  equal(made.keys.shown('reason-1'), '&');
  made.editing.value = 'a';
  equal(says(made, press('&', { altKey: true, code: 'Digit1' }), true), 'choose a reason');
  equal(made.keys.shown('edit-reason-1'), 'Alt &');
  made.keys.reset();
  equal(says(made, press('&', { altKey: true, code: 'Digit1' }), true), 'choose a reason');
  equal(made.keys.shown('edit-reason-1'), 'Alt 1');
});

Deno.test('keys of reasons are nine different ones that nothing else has', () => {
  const { keys } = onCard();
  keys.learn(KEYS);
  for (const text of ['', '12345678', '1234567890', '123456788', 'aA3456789', '12 456789']) {
    equal(ofReasons(text), null, text);
  }
  const those = (text: string) => keys.clash(ofReasons(text) ?? {})?.id;
  equal(those('12345678r'), 'reject');
  equal(those('12345678I'), 'steer-edit'); // with Alt
  equal(those('987654321'), undefined);
  keys.set(ofReasons('12345678+') ?? {});
  equal(keys.clash({ approve: '+' })?.id, 'reason-9');
  equal(keys.shown('reason-9'), '+');
  equal(keys.clash({ approve: '9' }), undefined);
});

Deno.test('with Alt a letter is what stands on its key, wherever that is', () => {
  const busy = onCard();
  busy.editing.value = 'a';
  const dvorak = press('d', { altKey: true, code: 'KeyH' });
  equal(says(busy, dvorak, true), 'show or hide what changed');
  const cyrillic = press('в', { altKey: true, code: 'KeyD' });
  equal(says(busy, cyrillic, true), 'show or hide what changed');
});

Deno.test('what another key does already cannot be given away', () => {
  const { keys } = onCard();
  keys.learn(KEYS);
  equal(keys.clash({ approve: 'e' })?.id, 'edit');
  equal(keys.clash({ approve: 'y' }), undefined);
  equal(keys.clash({ approve: 'a' }), undefined);
});

Deno.test('what was stored wrongly is as if nothing was', () => {
  const made = onCard();
  made.around.kept.setItem('hitl-letters:ana', 'maybe');
  made.around.kept.setItem('hitl-keys:console:ana', '{"approve": 7}');
  made.keys.load('ana');
  equal(says(made, press('a')), 'approve as it is');
  made.around.kept.setItem('hitl-keys:console:ana', 'not JSON');
  made.keys.load('ana');
  equal(says(made, press('a')), 'approve as it is');
});

Deno.test('the palette offers what can be done here and now', () => {
  const ids = (made: Desk) => possible(made).map(({ id }) => id);
  equal(ids(onCard()).includes('approve'), true);
  equal(ids(desk()).includes('approve'), false);
  equal(ids(onCard()).includes('reason-1'), false);
});

Deno.test('d shows what differs, on a card and whoever decides; Alt d while one writes', () => {
  equal(says(desk(), press('d')), undefined);
  for (const here of [onCard(), onCard({ state: 'decided' }), onCard(proposal(ANA))]) {
    equal(says(here, press('d')), 'show or hide what differs');
    equal(says(here, press('d'), true), undefined);
  }
  const here = onCard();
  meant(press('d'), here, false)?.run(here);
  equal(here.difference.value, false);
});

Deno.test('a slash on a card is a prepared reply instead of what is held', () => {
  equal(says(onCard(), press('/')), 'a prepared reply instead of what is held');
  equal(says(onCard({ state: 'decided' }), press('/')), undefined);
});

Deno.test('everything has a name of its own', () => {
  equal(new Set(KEYS.map(({ id }) => id)).size, KEYS.length);
});

Deno.test('what is mine can be put back, as long as nothing was decided about it', () => {
  equal(says(onCard(), press('l')), undefined);
  const mine = onCard({ state: 'claimed', claimed_by: ANA, fence: 3 });
  equal(says(mine, press('l')), 'put it back into the queue: then a reason');
  equal(
    says(onCard({ state: 'claimed', claimed_by: { id: 'ben', name: 'Ben' } }), press('l')),
    undefined,
  );
  meant(press('l'), mine, false)?.run(mine);
  meant(press('2'), mine, false)?.run(mine);
  const released = { do: 'release', hold: 'a', fence: 3, because: 'not my language' };
  deepEqual(mine.waiting.value.map(({ cmd }) => cmd), [released]);
  equal(says(mine, press('l')), undefined); // once is enough
  const decided = onCard({ state: 'claimed', claimed_by: ANA });
  decided.standing.value = 'live';
  meant(press('a'), decided, false)?.run(decided);
  equal(says(decided, press('l')), undefined);
});

const proposal = (by: { id: string; name: string }) => ({
  state: 'settling' as const,
  proposal: {
    by,
    action: 'edit' as const,
    settle_at: 1,
    recheck: 'clean' as const,
    second: 'wanted' as const,
    because: [],
    corrects: false,
  },
});

Deno.test('a decision that waits for a second person is confirmed by somebody else', () => {
  const others = onCard(proposal({ id: 'ben', name: 'Ben' }));
  equal(says(others, press('a')), "confirm a colleague's decision");
  equal(says(others, press('r')), "decline a colleague's decision");
  equal(says(onCard(proposal(ANA)), press('r')), 'reject: then a reason, or r again');
});

Deno.test('who is asked for an opinion gives that, and decides nothing', () => {
  const asked = onCard({ asked: ['ana'] });
  equal(says(asked, press('a')), 'second opinion: I would approve');
  equal(says(asked, press('t')), 'second opinion: I would take over');
});

Deno.test('a reason is chosen by its number; while rejecting it is the answer', () => {
  const made = onCard();
  made.standing.value = 'live';
  const run = (key: string) => meant(press(key), made, false)?.run(made);
  run('2');
  run('4');
  run('2');
  deepEqual(made.why.of('a'), ['tone']);
  made.why.choose('a', []);
  run('r');
  deepEqual(made.asking.value, { why: 'reject', hold: 'a', fence: 0 });
  equal(made.waiting.value.length, 0);
  run('3');
  const sent = made.waiting.value[0]?.cmd;
  equal(sent?.do, 'decide');
  deepEqual(sent?.do === 'decide' && [sent.action, sent.because], ['reject', ['promise removed']]);
});

Deno.test('r twice rejects without a reason, and Escape does not reject', () => {
  const made = onCard();
  const run = (key: string) => meant(press(key), made, false)?.run(made);
  run('r');
  run('Escape');
  equal(made.asking.value, null);
  run('r');
  run('r');
  const sent = made.waiting.value[0]?.cmd;
  deepEqual(sent?.do === 'decide' && sent.because, []);
});

Deno.test('hand back is for whoever speaks', () => {
  const talk = (owner: { id: string; name: string }) => {
    const made = desk({
      type: 'talk_reset',
      stream: 'conv:c',
      seq: 1,
      talk: { conversation: conversation('c', { owner }), messages: [], notes: [] },
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
