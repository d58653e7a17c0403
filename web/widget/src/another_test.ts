/** The page stays, and somebody else is before it: they read nothing, and nothing is asked for them. */
import { deepEqual, equal } from 'node:assert/strict';
import type { Chat } from './client.ts';
import {
  answer,
  chunk,
  GRANT,
  lost,
  Page,
  refused,
  type Reply,
  settled,
  shown,
  stream,
  told,
} from './fake_page.ts';

const OTHER = { ...GRANT, id: 'conv_2', token: 'ct_2' };
const SOON = 4e12; // when the first token is over
const never = () => new Promise<never>(() => {});

/** An answer that goes on until it is told to end. */
function slow(...parts: string[]): { reply: Reply; more: (part: string) => void } {
  let more = (_: string) => {};
  const body = new ReadableStream<string>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      more = (part) => controller.enqueue(part);
    },
  });
  const reply = () => new Response(body.pipeThrough(new TextEncoderStream()));
  return { reply, more: (part) => more(part) };
}

/** Somebody asks; with the next question it is somebody else. */
async function both(page: Page): Promise<Chat> {
  const chat = page.chat();
  chat.send('Colour?');
  await page.done(chat);
  [page.granted, page.time] = [OTHER, SOON];
  chat.send('Mine?');
  await page.done(chat);
  return chat;
}

Deno.test("the next question is somebody else's: it is asked, and stands alone", async () => {
  const page = new Page([answer('It is blue.'), answer('It is yours.')]);
  const chat = await both(page);
  deepEqual(shown(chat.talk), ['customer: Mine?', 'model: It is yours.']);
  deepEqual(JSON.parse(page.asked[1]?.body ?? '').messages, [{ role: 'user', content: 'Mine?' }]);
  deepEqual([page.kept?.conversation, page.kept?.talk], ['conv_2', chat.talk]);
  chat.close();
});

Deno.test('a question that was refused for its token is asked with the new one', async () => {
  const page = new Page([answer('It is blue.'), refused(401), answer('It is yours.')]);
  const chat = page.chat();
  chat.send('Colour?');
  await page.done(chat);
  page.granted = OTHER;
  chat.send('Mine?');
  await page.done(chat);
  deepEqual(shown(chat.talk), ['customer: Mine?', 'model: It is yours.']);
  equal(page.asked[2]?.key === page.asked[1]?.key, false);
  chat.close();
});

Deno.test("an answer that is still coming is nobody's any more, nor what waited for its end", async () => {
  const first = slow(chunk('It is '));
  const over = Promise.withResolvers<Response>();
  const page = new Page([first.reply, answer('It is yours.')], [() => over.promise]);
  const chat = page.chat();
  chat.send('Colour?');
  while (!shown(chat.talk).includes('model: It is ')) await settled();
  chat.send('And the price?');
  page.granted = OTHER;
  over.resolve(refused(401)());
  while (chat.talk.lines.length) await settled();
  first.more(chunk('blue.'));
  await settled();
  deepEqual([shown(chat.talk), chat.talk.queued, chat.talk.asking], [[], [], false]);
  equal(page.kept?.open, null);
  chat.send('Mine?');
  while (!shown(chat.talk).includes('model: It is yours.')) await settled();
  deepEqual(shown(chat.talk), ['customer: Mine?', 'model: It is yours.']);
  chat.close();
});

Deno.test('what happened to the one before is not told to the next, and they are followed from the start', async () => {
  const said = (text: string, id: string) =>
    told('message', { message_id: id, text, agent: { display: 'Ana' } }, id);
  const events = slow(said('One.', 'e1'));
  const page = new Page([answer('It is blue.'), answer('Yes.')], [
    events.reply,
    () => stream(said('Yours.', 'f1')),
  ]);
  const chat = page.chat();
  chat.send('Colour?');
  while (!shown(chat.talk).includes('person: One.')) await settled();
  [page.granted, page.time] = [OTHER, SOON];
  chat.send('Mine?');
  while (!shown(chat.talk).includes('model: Yes.')) await settled();
  events.more(said('Two.', 'e2'));
  while (!shown(chat.talk).includes('person: Yours.')) await settled();
  deepEqual(shown(chat.talk).filter((line) => line.startsWith('person')), ['person: Yours.']);
  deepEqual(page.followed, ['', '']);
  chat.close();
});

Deno.test('what was refused for its token is asked at once for whoever is here now', async () => {
  const over = Promise.withResolvers<Response>();
  const page = new Page([refused(401), answer('It is yours.'), answer('Sure.')], [
    () => over.promise,
  ]);
  page.waits = (ms) => ms === 1000 ? settled() : new Promise(() => {});
  const chat = page.chat();
  chat.send('Mine?');
  chat.send('Sure?');
  while (!page.asked.length) await settled();
  page.granted = OTHER;
  over.resolve(refused(401)());
  await page.done(chat);
  deepEqual(shown(chat.talk), [
    'customer: Mine?',
    'model: It is yours.',
    'customer: Sure?',
    'model: Sure.',
  ]);
  chat.close();
});

/** After a half answer the token is over, and the next one is somebody else's. */
async function changes(page: Page): Promise<void> {
  const chat = page.chat();
  if (!page.kept) chat.send('Colour?');
  while (page.kept?.conversation !== 'conv_2') await settled();
  await settled();
  deepEqual([shown(chat.talk), page.kept.open, page.replies], [[], null, []]);
  chat.close();
}

Deno.test('half an answer is not asked for again, and nothing is asked in its place', async () => {
  const page = new Page([() => stream(chunk('It is')), () => {
    page.granted = OTHER;
    return refused(401)();
  }]);
  await changes(page);
  const before = new Page([() => new Promise<Response>(() => {})]);
  const first = before.chat();
  first.send('Colour?');
  while (!before.asked.length) await settled();
  first.close();
  const reloaded = new Page([() => {
    reloaded.granted = OTHER;
    return refused(401)();
  }]);
  reloaded.kept = before.kept;
  await changes(reloaded);
});

Deno.test('what the server may have already is not shown to the next, nor asked for them', async () => {
  for (const sent of [lost, never, refused(503)]) {
    const over = Promise.withResolvers<Response>();
    const page = new Page([sent, answer('It is yours.')], [() => over.promise]);
    page.waits = (ms) => ms === 1000 ? settled() : never();
    const chat = page.chat();
    chat.send('Colour?');
    while (!page.asked.length) await settled();
    page.granted = OTHER;
    over.resolve(refused(401)());
    while (page.kept?.conversation !== 'conv_2') await settled();
    await settled();
    deepEqual([shown(chat.talk), page.kept.talk.lines, page.asked.length], [[], [], 1]);
    chat.send('Mine?');
    deepEqual(shown(await page.done(chat)), ['customer: Mine?', 'model: It is yours.']);
    chat.close();
  }
});

Deno.test('whoever is here now is followed at once', async () => {
  const events = slow(told('message', { message_id: 'm1', text: 'One.' }, 'e1'));
  const page = new Page([answer('It is blue.'), answer('It is yours.')], [events.reply]);
  page.waits = never;
  const chat = await both(page);
  events.more('\n');
  for (let turns = 0; turns < 20; turns++) await settled();
  equal(page.followed.length, 2);
  equal(page.seen.has('offline'), false);
  deepEqual(page.met, ['conv_1', 'conv_2']);
  chat.close();
});

Deno.test('a server for which everybody is new with each token is not asked without a pause', async () => {
  const page = new Page([]);
  page.waits = never;
  page.time = SOON; // by this clock every token is over
  page.granting = () => {
    page.granted = { ...GRANT, id: `conv_${page.grants}` };
    return settled();
  };
  const chat = page.chat();
  chat.send('Mine?');
  for (let turns = 0; turns < 20; turns++) await settled();
  const asked = page.grants;
  for (let turns = 0; turns < 20; turns++) await settled();
  deepEqual([page.grants, asked < 10], [asked, true]);
  chat.close();
});

Deno.test('a refusal of the token before does not cost the new one', async () => {
  const late = Promise.withResolvers<Response>();
  const page = new Page([answer('It is blue.'), answer('Yes.')], [never]);
  const chat = page.chat();
  chat.send('Colour?');
  const line = (await page.done(chat)).lines[1];
  if (!line) throw new Error('there is an answer');
  page.troubles = [() => late.promise];
  const rating = chat.rate(line, 'up');
  await settled();
  page.time = SOON;
  page.granted = { ...GRANT, expires_at: 8e9, token: 'ct_2' };
  chat.send('Sure?');
  await page.done(chat);
  late.resolve(refused(401)());
  await rating;
  await chat.rate(line, 'up');
  equal(page.grants, 2);
  chat.close();
});
