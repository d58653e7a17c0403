import { deepEqual, equal } from 'node:assert/strict';
import type { Desk } from './desk.ts';
import { desk as opened } from './desks.ts';
import { card, conversation } from './examples.ts';
import type { Me } from './session.ts';
import { nextWords, rewrite, steer, take, useWords } from './suggest.ts';
import { CONTENT } from './texts.ts';

type Found = { text: string; model: string } | { problem: string };

/** A model that answers when the test lets it, in any order. */
function model() {
  const asked: ((found: Found) => void)[] = [];
  const wishes: Readonly<Record<string, string>>[] = [];
  const asks = (_: Me, wish: Readonly<Record<string, string>>) => {
    wishes.push(wish);
    return new Promise<Found>((resolve) => asked.push(resolve));
  };
  return { asked, asks, wishes };
}
const text = (text: string): Found => ({ text, model: 'wick-1' });

function onCard(): Desk {
  const desk = opened({ type: 'card_reset', stream: 'hold:a', card: card('a', 'We promise.') });
  desk.me.value = { may: ['decide'] } as unknown as Me;
  desk.look({ at: 'hold', id: 'a' });
  return desk;
}
const shown = (desk: Desk) => desk.suggested.value?.text;
const written = (desk: Desk) => desk.typed.of('a')?.[CONTENT];

Deno.test('what the model makes of an instruction is in the editor', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  desk.typed.put('steer@a', { text: 'Softer.' });
  const steering = steer(desk, 'Softer.', asks);
  asked[0]?.(text('We may.'));
  await steering;
  deepEqual([written(desk), desk.suggested.value], ['We may.', null]);
  deepEqual(Object.keys(desk.typed.of('helped:a') ?? {}), ['instructed']);
  equal(desk.typed.of('steer@a'), undefined);
});

Deno.test('the model goes on from what is written by now', async () => {
  const [desk, { asked, asks, wishes }] = [onCard(), model()];
  const first = steer(desk, 'Softer.', asks);
  asked[0]?.(text('We may.'));
  await first;
  const second = rewrite(desk, asks);
  asked[1]?.(text('We may, soon.'));
  await second;
  deepEqual(wishes.map((one) => one['text']), ['We promise.', 'We may.']);
});

Deno.test('what somebody wrote meanwhile is not overwritten: they take what they want', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  const steering = steer(desk, 'Softer.', asks);
  desk.typed.put('a', { [CONTENT]: 'We look at it.' });
  asked[0]?.(text('We may.'));
  await steering;
  deepEqual([written(desk), shown(desk)], ['We look at it.', 'We may.']);
  take(desk, 'all');
  deepEqual([written(desk), Object.keys(desk.typed.of('helped:a') ?? {})], [
    'We may.',
    ['instructed'],
  ]);
});

Deno.test('the answer to an earlier question about the same hold is not heard', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  const first = steer(desk, 'Softer.', asks);
  const second = steer(desk, 'Shorter.', asks);
  asked[1]?.(text('Short.'));
  await second;
  asked[0]?.(text('Soft.'));
  await first;
  equal(written(desk), 'Short.');
});

Deno.test('a suggestion that was dismissed does not come back with the next one', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  const first = rewrite(desk, asks);
  desk.suggested.value = null;
  const second = rewrite(desk, asks);
  asked[0]?.(text('Old.'));
  await first;
  equal(shown(desk), '');
  asked[1]?.(text('New.'));
  await second;
  equal(shown(desk), 'New.');
});

Deno.test('an instruction that nothing came of is in its box still', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  desk.typed.put('steer@a', { text: 'Softer.' });
  const steering = steer(desk, 'Softer.', asks);
  asked[0]?.({ problem: 'The server cannot be reached.' });
  await steering;
  equal(desk.typed.of('steer@a')?.['text'], 'Softer.');
  equal(desk.notice.value?.text, 'The server cannot be reached.');
});

Deno.test('a key that is hit twice asks once', async () => {
  const [desk, { asked, asks }] = [onCard(), model()];
  const first = rewrite(desk, asks);
  await rewrite(desk, asks);
  equal(asked.length, 1);
  asked[0]?.(text('New.'));
  await first;
});

Deno.test('words for a conversation follow what is written there', async () => {
  const talk = { conversation: conversation('c'), messages: [], notes: [] };
  const desk = opened({ type: 'talk_reset', stream: 'conv:c', seq: 1, talk });
  desk.me.value = { may: ['decide'] } as unknown as Me;
  desk.look({ at: 'conv', id: 'c' });
  const { asked, asks } = model();
  const thinking = nextWords(desk, asks);
  desk.typed.put('c', { text: 'Hello.' });
  asked[0]?.(text('It is on its way.'));
  await thinking;
  useWords(desk);
  equal(desk.typed.of('c')?.['text'], 'Hello.\nIt is on its way.');
});
