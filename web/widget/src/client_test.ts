import { deepEqual, equal } from 'node:assert/strict';
import { Chat, type Kept, type Talk } from './client.ts';

const GRANT = {
  id: 'conv_1',
  token: 'ct_1',
  expires_at: 4e9,
  models: ['m'],
  events: '/v1/conversations/conv_1/events',
};

type Reply = () => Response | Promise<Response>;

const chunk = (content: string, hitl?: unknown) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }], hitl })}\n\n`;

const stream = (...parts: string[]): Response =>
  new Response(ReadableStream.from(parts).pipeThrough(new TextEncoderStream()), {
    headers: { 'x-hitl-delivery-id': 'turn_1' },
  });

const answer = (text: string) => () => stream(chunk(text), 'data: [DONE]\n\n');
const refused = (status: number, message = '') => () =>
  Response.json({ error: { message } }, { status });
const lost = () => Promise.reject(new TypeError('network'));

/** A server that gives these answers in turn, and a page that talks to it. */
class Page {
  readonly asked: { readonly key: string; readonly body: string }[] = [];
  readonly posted: [string, unknown][] = [];
  kept: Kept | null = null;
  grants = 0;
  #still: () => void = () => {};

  constructor(readonly replies: Reply[], readonly events: Reply[] = []) {}

  chat(): Chat {
    return new Chat({
      base: 'https://chat.example',
      grant: () => (this.grants++, Promise.resolve(GRANT)),
      changed: (talk) => talk.asking || talk.queued.length || this.#still(),
      kept: this.kept,
      keep: (kept) => this.kept = structuredClone(kept),
      fetch: (address, init) => this.#fetch(new URL(String(address)).pathname, init ?? {}),
      wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
    });
  }

  /** The chat, once it asks nothing any more. */
  async done(chat: Chat): Promise<Talk> {
    const { asking, queued, lines } = chat.talk;
    if (asking || queued.length || lines.length === 0) {
      await new Promise<void>((resolve) => this.#still = resolve);
    }
    return chat.talk;
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (path.endsWith('/events')) {
      const reply = this.events.shift();
      return reply ? await reply() : await new Promise<Response>(() => {});
    }
    if (path !== '/v1/chat/completions') {
      this.posted.push([path, JSON.parse(String(init.body))]);
      return new Response(null, { status: 204 });
    }
    this.asked.push({ key: headers.get('idempotency-key') ?? '', body: String(init.body) });
    const reply = this.replies.shift();
    if (!reply) throw new Error('nobody expected that question');
    return await reply();
  }
}

const shown = (talk: Talk) => talk.lines.map(({ author, text }) => `${author}: ${text}`);

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

Deno.test('what cannot become better is said in the words of the server', async () => {
  const page = new Page([refused(403, 'This token is good for m.')]);
  const chat = page.chat();
  chat.send('Colour?');
  deepEqual(shown(await page.done(chat)), [
    'customer: Colour?',
    'notice: This token is good for m.',
  ]);
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

Deno.test('a page that comes back asks the same again, and shows no half answer', async () => {
  const never = () => new Promise<Response>(() => {});
  const before = new Page([never]);
  const first = before.chat();
  first.send('Colour?');
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.close();
  const after = new Page([answer('It is blue.')]);
  after.kept = before.kept;
  const chat = after.chat();
  deepEqual(shown(await after.done(chat)), ['customer: Colour?', 'model: It is blue.']);
  deepEqual(after.asked, before.asked);
  equal(after.kept?.open, null);
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
    `id: ${id}\nevent: message\ndata: ${
      JSON.stringify({ message_id: id, text, agent: { display: 'Ana' } })
    }\n\n`;
  const page = new Page(
    [answer('Blue.')],
    [() => stream(said('e1', 'One.')), lost, () => stream(said('e1', 'One.') + said('e2', 'Two.'))],
  );
  const chat = page.chat();
  chat.send('Colour?');
  while (!shown(chat.talk).includes('person: Two.')) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
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
    '/v1/conversations/conv_1/feedback',
    { delivery_id: 'turn_1', rating: 'wrong', text: 'It is green.' },
  ]]);
  equal(chat.talk.lines[1]?.rating, 'wrong');
  chat.close();
});
