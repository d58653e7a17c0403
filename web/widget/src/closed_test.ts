/** Nothing that was on its way shows, or keeps, anything of a chat that was closed. */
import { deepEqual, equal } from 'node:assert/strict';
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

Deno.test('nor does a rating that did not arrive', async () => {
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
  way.reject(new DOMException('The page is gone.', 'AbortError'));
  await silent(page);
});

Deno.test('nor does one that did', async () => {
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
  chat.send('Mine?');
  equal(chat.talk.lines.length, 2);
  page.seen.clear();
  page.met.length = 0;
  page.kept = null;
  way.resolve(new Response(null, { status: 204 }));
  await silent(page);
});
