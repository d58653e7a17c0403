/** Nothing that was on its way shows, or keeps, anything of a chat that was closed. */
import { deepEqual, equal } from 'node:assert/strict';
import type { Chat } from './client.ts';
import { answer, Page, settled } from './fake_page.ts';

async function silent(page: Page): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await settled();
  deepEqual([[...page.seen], page.met, page.kept], [[], [], null]);
}

Deno.test('a token that was on its way shows nothing', async () => {
  const before = new Page([answer('It is blue.')]);
  const first = before.chat();
  first.send('Colour?');
  await before.done(first);
  first.close();
  for (const question of ['', 'Mine?']) {
    const page = new Page([]);
    page.kept = before.kept;
    const granting = Promise.withResolvers<void>();
    page.granting = () => granting.promise;
    const chat = page.chat();
    if (question) chat.send(question);
    await settled();
    chat.close();
    page.seen.clear();
    page.kept = null;
    granting.resolve();
    await silent(page);
  }
});

/** An answer was just rated: whether that arrives is said later, when its chat is closed. */
async function rated(): Promise<[Page, Chat, PromiseWithResolvers<Response>]> {
  const page = new Page([answer('It is blue.')]);
  const way = Promise.withResolvers<Response>();
  page.troubles = [() => way.promise];
  const chat = page.chat();
  chat.send('Colour?');
  const line = (await page.done(chat)).lines[1];
  if (!line) throw new Error('there is an answer');
  void chat.rate(line, 'up');
  await settled();
  chat.close();
  page.seen.clear();
  page.met.length = 0;
  page.kept = null;
  return [page, chat, way];
}

Deno.test('nor does a rating that did not arrive', async () => {
  const [page, _, way] = await rated();
  way.reject(new DOMException('The page is gone.', 'AbortError'));
  await silent(page);
});

Deno.test('nor does one that did', async () => {
  const [page, chat, way] = await rated();
  chat.send('Mine?');
  equal(chat.talk.lines.length, 2);
  way.resolve(new Response(null, { status: 204 }));
  await silent(page);
});
