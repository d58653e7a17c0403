/** What was kept is shown to whom it belongs, goes on where it stopped, and is nobody else's. */
import { deepEqual, equal } from 'node:assert/strict';
import { type Kept, Problem } from './client.ts';
import { answer, GRANT, lost, Page, refused, settled, shown } from './fake_page.ts';

const never = () => new Promise<Response>(() => {});

/** What a page keeps whose customer asked twice, and was told this the second time. */
async function kept(last: () => Response | Promise<Response>): Promise<Kept | null> {
  const page = new Page([answer('It is blue.'), last]);
  const chat = page.chat();
  chat.send('Colour?');
  await page.done(chat);
  chat.send('And the price?');
  await settled();
  chat.close();
  await settled();
  return page.kept;
}

/** The page after that, of the same customer or of the next one. */
function after(what: Kept | null, conversation: string, ...replies: string[]): Page {
  const page = new Page(replies.map(answer));
  page.kept = what;
  page.granted = { ...GRANT, id: conversation };
  return page;
}

const BEFORE = ['customer: Colour?', 'model: It is blue.', 'customer: And the price?'];
const asked = (page: Page) =>
  page.asked.map(({ body }) =>
    JSON.parse(body).messages.map(({ content }: { content: string }) => content)
  );

Deno.test('a page that comes back asks the same again, and shows no half answer', async () => {
  const before = new Page([never]);
  const first = before.chat();
  first.send('Colour?');
  await settled();
  first.close();
  await settled();
  const page = after(before.kept, 'conv_1', 'It is blue.');
  const chat = page.chat();
  deepEqual(shown(await page.done(chat)), ['customer: Colour?', 'model: It is blue.']);
  deepEqual(page.asked, before.asked);
  equal(page.grants, 1);
  equal(page.kept?.open, null);
  chat.close();
});

Deno.test('whoever is somebody else by now never sees the conversation before', async () => {
  for (const question of ['', 'Mine?']) {
    for (const last of [never, refused(403, 'No.')]) {
      const page = after(await kept(last), 'conv_2', 'It is yours.');
      const granting = Promise.withResolvers<void>();
      page.granting = () => granting.promise;
      const chat = page.chat();
      deepEqual(shown(chat.talk), []);
      if (question) chat.send(question);
      chat.retry();
      await settled();
      granting.resolve();
      while (page.kept?.conversation !== 'conv_2' || chat.talk.asking) await settled();
      chat.retry(); // no line offers it, and there is nothing to ask
      await settled();
      deepEqual(shown(chat.talk), question ? ['customer: Mine?', 'model: It is yours.'] : []);
      deepEqual(asked(page), question ? [['Mine?']] : []);
      const seen = ['Mine?', 'customer: Mine?', 'model: It is yours.'];
      deepEqual([...page.seen], question ? seen : []);
      equal(page.kept.open, null);
      chat.close();
    }
  }
});

const signIn = () => Promise.reject(new Problem('Sign in.', 403));

Deno.test('nor asks it again, if nobody knew who they were when they asked', async () => {
  const page = after(await kept(refused(403, 'No.')), 'conv_2', 'It is yours.');
  page.granting = signIn;
  const chat = page.chat();
  chat.send('Mine?');
  await page.done(chat);
  deepEqual(shown(chat.talk), ['customer: Mine?', 'notice: Sign in.']);
  page.granting = () => Promise.resolve();
  await settled();
  chat.retry();
  deepEqual(shown(await page.done(chat)), ['customer: Mine?', 'model: It is yours.']);
  deepEqual(asked(page), [['Mine?']]);
  equal([...page.seen].some((line) => BEFORE.includes(line)), false);
  chat.close();
});

Deno.test('until it is known whose it is, nothing that was kept is lost', async () => {
  const before = await kept(never);
  const page = after(before, 'conv_1', 'Five.', 'Yes.');
  page.granting = lost;
  const chat = page.chat();
  while (page.grants < 3) await settled();
  deepEqual([shown(chat.talk), page.kept], [[], before]);
  page.granting = () => Promise.resolve();
  while (!chat.talk.lines.length || chat.talk.asking) await settled();
  deepEqual(shown(chat.talk), [...BEFORE, 'model: Five.']);
  deepEqual(page.asked.map(({ key }) => key), [before?.open?.key]);
  chat.close();
});

Deno.test('what is written before it comes back is asked when the open question is answered', async () => {
  const page = after(await kept(never), 'conv_1', 'Five.', 'Yes.');
  const granting = Promise.withResolvers<void>();
  page.granting = () => granting.promise;
  const chat = page.chat();
  chat.send('Sure?');
  await settled();
  deepEqual([shown(chat.talk), chat.talk.queued], [[], ['Sure?']]);
  granting.resolve();
  deepEqual(shown(await page.done(chat)), [
    ...BEFORE,
    'model: Five.',
    'customer: Sure?',
    'model: Yes.',
  ]);
  chat.close();
});

Deno.test('what came to nothing meanwhile stands below what was kept, and is asked with it', async () => {
  const before = await kept(never);
  if (!before) throw new Error('something was kept');
  const lines = [...before.talk.lines, { author: 'model' as const, text: 'It co' }];
  const half: Kept = { ...before, talk: { ...before.talk, lines } };
  const page = after(half, 'conv_1', 'Five, yes.');
  page.granting = signIn;
  const chat = page.chat();
  await settled();
  chat.send('Sure?');
  await page.done(chat);
  page.granting = () => Promise.resolve();
  while (chat.talk.lines.length < 4) await settled();
  deepEqual(shown(chat.talk), [...BEFORE, 'customer: Sure?', 'notice: Sign in.']);
  chat.retry();
  deepEqual(shown(await page.done(chat)), [...BEFORE, 'customer: Sure?', 'model: Five, yes.']);
  deepEqual(asked(page), [['Colour?', 'It is blue.', 'And the price?', 'Sure?']]);
  chat.close();
});

// --- before it is known whose it is ----------------------------------------------------------

/** What a page keeps that was reloaded before its server had said whose it is. */
async function unnamed(before: Kept | null, ...words: string[]): Promise<Kept> {
  const page = after(before, 'conv_1');
  page.granting = never;
  const chat = page.chat();
  for (const text of words) chat.send(text);
  await settled();
  chat.close();
  await settled();
  if (!page.kept) throw new Error('nothing was kept');
  return page.kept;
}

Deno.test('what was written before the very first token is asked by the page that comes back', async () => {
  const words = await unnamed(null, 'Colour?', 'Hello?');
  equal(words.conversation, '');
  const page = after(words, 'conv_1', 'It is blue.', 'Yes.');
  const chat = page.chat();
  deepEqual(shown(chat.talk), []);
  while (chat.talk.lines.length < 4 || chat.talk.asking) await settled();
  deepEqual(shown(chat.talk), [
    'customer: Colour?',
    'model: It is blue.',
    'customer: Hello?',
    'model: Yes.',
  ]);
  equal(page.kept?.conversation, 'conv_1');
  chat.close();
});

Deno.test('but not by whoever comes a minute later', async () => {
  const words = await unnamed(null, 'Colour?');
  const page = after(words, 'conv_1', 'Yes.');
  page.time = 60_000;
  const chat = page.chat();
  chat.send('Mine?');
  await page.done(chat);
  deepEqual([...page.seen], ['customer: Mine?', 'model: Yes.']);
  chat.close();
});

Deno.test('what is written below a conversation that has not come back is kept with it', async () => {
  const words = await unnamed(await unnamed(await kept(never), 'Sure?'), 'Really?');
  const page = after(words, 'conv_1', 'Five.', 'Yes.');
  const chat = page.chat();
  while (chat.talk.lines.length < 6 || chat.talk.asking) await settled();
  const rest = ['model: Five.', 'customer: Sure?\nReally?', 'model: Yes.'];
  deepEqual(shown(chat.talk), [...BEFORE, ...rest]);
  chat.close();
  const other = after(words, 'conv_2');
  const theirs = other.chat();
  while (other.kept?.conversation !== 'conv_2') await settled();
  deepEqual([...other.seen], []);
  theirs.close();
});
