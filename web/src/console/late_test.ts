import { deepEqual } from 'node:assert/strict';
import type { AnyOutbound } from '../shared/protocol.gen.ts';
import { say } from './acts.ts';
import type { Desk } from './desk.ts';
import { quiet } from './desks.ts';
import { ANA, conversation, message, news } from './examples.ts';
import { lost, telling } from './late.ts';
import { taken } from './state.ts';

const WELCOME: AnyOutbound = { type: 'welcome', ver: 1, now: 1, feed: 'f', me: ANA, undo: 3 };

function talk(id: string, seq: number, ...texts: string[]): AnyOutbound {
  const messages = texts.map((text, at) => (
    { ...message(`m${at}`, at + 1, text), author: 'human' }
  ));
  const here = { conversation: conversation(id), messages, notes: [] };
  return { type: 'talk_reset', stream: `conv:${id}`, seq, talk: here };
}

/** A desk where this was said, and nothing was heard of it for minutes. */
function waited(...texts: string[]): Desk {
  let now = 1000;
  const desk = quiet(() => now);
  for (const frame of [WELCOME, talk('c', 1)]) told(desk, frame);
  desk.look({ at: 'conv', id: 'c' });
  for (const text of texts) say(desk, text);
  now += 121;
  desk.outbox.takeStale();
  desk.waiting.value = desk.outbox.waiting;
  return desk;
}

function told(desk: Desk, frame: AnyOutbound): string[] {
  desk.state.value = taken(desk.state.value, frame, 1);
  return lost(desk, frame).map(({ cmd }) => cmd.do === 'say' ? cmd.text : '');
}

Deno.test('what the server has is not in its box again, although nobody heard of it', () => {
  const desk = waited('One.', 'Two.');
  deepEqual(telling(desk), ['conv:c', 'conv:c']);
  deepEqual(told(desk, talk('c', 2, 'One.')), ['Two.']);
  deepEqual([telling(desk), desk.waiting.value], [[], []]);
});

Deno.test('news since then tells as well as the whole conversation', () => {
  const desk = waited('One.');
  const messages = [{ ...message('m', 2, 'One.'), author: 'human' }];
  const frames = [news('conv:c', 2, { messages })];
  deepEqual(told(desk, { type: 'recovered', stream: 'conv:c', seq: 2, news: frames }), []);
  deepEqual(desk.waiting.value, []);
});

Deno.test('until its conversation is known it stays what may have been sent', () => {
  const desk = waited('One.');
  for (const frame of [WELCOME, talk('d', 1)]) deepEqual(told(desk, frame), []);
  deepEqual(desk.waiting.value.map(({ late }) => late), [true]);
});

Deno.test('what stands in a conversation that is gone is not lost', () => {
  const desk = waited('One.');
  const gone = { type: 'gone', stream: 'conv:c', code: 'conversation_not_found', message: 'no' };
  deepEqual(told(desk, gone as AnyOutbound), ['One.']);
});
