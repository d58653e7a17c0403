import { deepEqual, equal } from 'node:assert/strict';
import type { Chat } from './client.ts';
import { problem } from './wire.ts';
import { answer, chunk, lost, Page, refused, settled, shown, stream, told } from './fake_page.ts';

Deno.test('the same question until it is answered whole: nothing is lost and nothing twice', async () => {
  const half = () => stream(chunk('It is'));
  const page = new Page([lost, refused(503), half, answer('It is blue.')]);
  const chat = page.chat();
  chat.send('Colour?');
  deepEqual(shown(await page.done(chat)), ['customer: Colour?', 'model: It is blue.']);
  equal(page.asked.length, 4);
  equal(new Set(page.asked.map(({ key, body }) => key + body)).size, 1);
  equal(chat.talk.offline, false);
  chat.close();
});

const never = () => new Promise<never>(() => {});

Deno.test('while nobody answers the customer is told so, and who is back online need not wait', async () => {
  const page = new Page([lost, answer('Blue.')]);
  page.waits = never;
  const chat = page.chat();
  chat.send('Colour?');
  while (!chat.talk.offline) await settled();
  chat.hurry();
  await page.done(chat);
  equal(chat.talk.offline, false);
  chat.close();
});

Deno.test('nor does anybody who only listens', async () => {
  const page = new Page([answer('Blue.')], [lost, lost, lost, () => stream()]);
  const chat = page.chat();
  chat.send('Colour?');
  while (!page.seen.has('offline')) await settled();
  while (chat.talk.offline) await settled();
  equal(page.followed.length >= 4, true);
  chat.close();
});

Deno.test('who is told to wait does, and asks again', async () => {
  const busy = () => new Response('{}', { status: 429, headers: { 'retry-after': '7' } });
  const page = new Page([refused(409), busy, answer('Blue.')]);
  const waited: number[] = [];
  page.waits = (ms) => settled(waited.push(ms));
  const chat = page.chat();
  chat.send('Colour?');
  await page.done(chat);
  deepEqual(shown(chat.talk).at(-1), 'model: Blue.');
  equal(waited.includes(7000), true);
  chat.close();
});

Deno.test('what hitl-chat says of a refusal is for who made the page, and not for customers', async () => {
  const page = new Page([refused(403, 'This token is good for m.')]);
  const chat = page.chat();
  chat.send('Colour?');
  deepEqual(shown(await page.done(chat)), ['customer: Colour?', 'notice: ']);
  equal(page.asked.length, 1);
  deepEqual(page.complaints, ['This token is good for m.']);
  chat.close();
});

Deno.test("what the page's own server says of one is for customers", async () => {
  const page = new Page([]);
  page.granting = async () => {
    throw await problem(Response.json({ message: 'Bitte melden Sie sich an.' }, { status: 403 }));
  };
  const chat = page.chat();
  chat.send('Colour?');
  deepEqual(shown(await page.done(chat)).at(-1), 'notice: Bitte melden Sie sich an.');
  deepEqual(page.complaints, []);
  chat.close();
});

Deno.test('what came to nothing can be asked once more, without being written again', async () => {
  const page = new Page([answer('Blue.'), refused(403, 'No.'), answer('Five.')]);
  const chat = page.chat();
  for (const text of ['Colour?', 'Price?']) {
    chat.send(text);
    await page.done(chat);
  }
  deepEqual(shown(chat.talk).slice(2), ['customer: Price?', 'notice: ']);
  await settled();
  chat.retry();
  chat.retry(); // twice is once
  deepEqual(shown(await page.done(chat)).slice(2), ['customer: Price?', 'model: Five.']);
  deepEqual(page.asked[2]?.body, page.asked[1]?.body);
  equal(new Set(page.asked.map(({ key }) => key)).size, 3);
  chat.close();
});

Deno.test('without words nothing is asked', async () => {
  const page = new Page([refused(403, 'No.')]);
  const chat = page.chat();
  chat.send('Colour?');
  for (const blank of ['', ' \n']) chat.send(blank);
  await page.done(chat);
  for (const blank of ['', ' \n']) chat.send(blank);
  await settled();
  deepEqual(shown(chat.talk), ['customer: Colour?', 'notice: ']);
  equal(page.asked.length, 1);
  chat.close();
});

Deno.test('a token that the server does not take any more is renewed', async () => {
  const page = new Page([refused(401), answer('Blue.')]);
  const chat = page.chat();
  chat.send('Colour?');
  await page.done(chat);
  equal(page.grants, 2);
  chat.close();
});

Deno.test('what is written meanwhile is asked afterwards, as one question', async () => {
  const page = new Page([answer('Blue.'), answer('Yes.')]);
  const chat = page.chat();
  for (const text of ['Colour?', 'Hello?', 'Sure?']) chat.send(text);
  deepEqual(shown(await page.done(chat)), [
    'customer: Colour?',
    'model: Blue.',
    'customer: Hello?\nSure?',
    'model: Yes.',
  ]);
  chat.close();
});

Deno.test('events go on after the last that was taken in', async () => {
  const said = (id: string, text: string) =>
    told('message', { message_id: id, text, agent: { display: 'Ana' } }, id);
  const page = new Page(
    [answer('Blue.')],
    [() => stream(said('e1', 'One.')), lost, () => stream(said('e1', 'One.') + said('e2', 'Two.'))],
  );
  const chat = page.chat();
  chat.send('Colour?');
  while (!shown(chat.talk).includes('person: Two.')) await settled();
  equal(shown(chat.talk).filter((line) => line === 'person: One.').length, 1);
  equal(page.kept?.last, 'e2');
  chat.close();
});

Deno.test('a rating names the answer, and is taken back if it did not arrive', async () => {
  const page = new Page([answer('Blue.')]);
  const chat = page.chat();
  chat.send('Colour?');
  const line = (await page.done(chat)).lines[1];
  if (!line) throw new Error('there is an answer');
  await chat.rate(line, 'wrong', 'It is green.');
  deepEqual(page.posted, [[
    'feedback',
    { delivery_id: 'turn_1', rating: 'wrong', text: 'It is green.' },
  ]]);
  equal(chat.talk.lines[1]?.rating, 'wrong');
  equal(page.kept?.talk.lines[1]?.rating, 'wrong');
  chat.close();
});

Deno.test('a complaint that did not arrive keeps its words, and what counted before counts', async () => {
  const page = new Page([answer('Blue.')]);
  const chat = page.chat();
  chat.send('Colour?');
  const line = () => {
    const found = chat.talk.lines[1];
    if (!found) throw new Error('there is an answer');
    return found;
  };
  await page.done(chat);
  await chat.rate(line(), 'up');
  for (const trouble of [lost, refused(503)]) {
    page.troubles = [trouble];
    await chat.rate(line(), 'wrong', 'It is green.');
    const { rating, unsent } = line();
    deepEqual([rating, unsent], ['up', { rating: 'wrong', text: 'It is green.' }]);
    deepEqual(page.kept?.talk.lines[1], line());
  }
  await chat.rate(line(), 'wrong', 'It is green.');
  deepEqual([line().rating, line().unsent], ['wrong', undefined]);
  equal(page.posted.length, 4);
  chat.close();
});

/** A conversation in which Ana speaks. */
async function withAna(): Promise<{ page: Page; chat: Chat }> {
  const takeover = told('takeover', { agent: { display: 'Ana' } }, 'e1');
  const page = new Page([answer('Blue.')], [() => stream(takeover)]);
  const chat = page.chat();
  chat.send('Colour?');
  while (!chat.talk.agent) await settled();
  return { page, chat };
}

Deno.test('who types is told again every ten seconds, and that it is over once', async () => {
  const { page, chat } = await withAna();
  const said = () => page.posted.map(([, { on }]) => on);
  const press = async (time: number) => {
    page.time = time;
    chat.type(true);
    await settled();
  };
  for (const time of [1000, 2000, 10_999]) await press(time);
  deepEqual(said(), [true]);
  await press(11_000);
  deepEqual(said(), [true, true]);
  for (const on of [false, false]) chat.type(on);
  await settled();
  deepEqual(said(), [true, true, false]);
  await press(11_001);
  deepEqual(said(), [true, true, false, true]);
  chat.close();
});

Deno.test('nobody types for longer than fifteen seconds without saying so', async () => {
  const types = told('typing', { agent: { display: 'Ana' }, typing: true });
  const over = Promise.withResolvers<void>();
  const page = new Page([answer('Blue.')], [
    () => stream(told('takeover', { agent: { display: 'Ana' } }, 'e1'), types),
  ]);
  page.waits = (ms) => ms === 15_000 ? over.promise : settled();
  const chat = page.chat();
  chat.send('Colour?');
  while (!chat.talk.typing) await settled();
  await settled();
  equal(chat.talk.typing, true);
  over.resolve();
  await settled();
  equal(chat.talk.typing, false);
  chat.close();
});

Deno.test("whom the page's own server sends away is told why at once", async () => {
  const page = new Page([]);
  page.granting = async () => {
    throw await problem(Response.json({ message: 'Please sign in.' }, { status: 401 }));
  };
  const chat = page.chat();
  chat.send('Colour?');
  deepEqual(shown(await page.done(chat)).at(-1), 'notice: Please sign in.');
  equal(page.grants, 1);
  chat.close();
});

Deno.test('a request for a token that hangs is given up, and made again', async () => {
  const page = new Page([answer('Blue.')]);
  const hangs = Promise.withResolvers<void>();
  [page.hangs, page.granting] = [() => hangs.promise, never];
  const chat = page.chat();
  chat.send('Colour?');
  await settled();
  page.granting = () => Promise.resolve();
  equal(page.signals.at(-1)?.aborted, false);
  hangs.resolve();
  deepEqual(shown(await page.done(chat)).at(-1), 'model: Blue.');
  deepEqual([page.signals[0]?.aborted, page.grants], [true, 2]);
  chat.close();
});

Deno.test('whoever closes waits for no token', async () => {
  const page = new Page([]);
  page.granting = never;
  const chat = page.chat();
  chat.send('Colour?');
  await settled();
  chat.close();
  equal(page.signals[0]?.aborted, true);
});
