import { speak } from '../text/say.ts';
import { attempt, browser, Model, Refused, words, written } from './model.ts';

function same(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
  }
}

const ME = { person: 'p1', name: 'Amy', role: 'admin', may: ['colleagues', 'people'], csrf: 'c' };
const BEN = {
  id: 'p2',
  name: 'Ben',
  role: 'agent',
  state: 'offline' as const,
  load: 0,
  capacity: 0,
  skills: ['law'],
  languages: [],
  has_password: false,
};

const EVERYBODY = { people: [BEN], roles: ['agent', 'admin'], usual: 5 };
const NOBODY: [number, unknown] = [0, {}];

/** A server that answers in turn, and keeps what it was asked; with 0 it cannot be reached. */
function server(...answers: [number, unknown][]) {
  const asked: [string, string][] = [];
  const ask = (address: string, init?: RequestInit) => {
    asked.push([address, String(init?.body ?? '')]);
    const [status, body] = answers.shift() ?? [500, {}];
    if (status === 0) return Promise.reject(new TypeError('offline'));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve(new Response(text, { status }));
  };
  return { asked, ask };
}

Deno.test('words are told apart by commas or spaces, once each, in small letters', () => {
  same(words(' Law, money;law  refunds '), ['law', 'money', 'refunds']);
  same(words(''), []);
});

Deno.test('only what may be changed is sent, and only if it was', async () => {
  const { asked, ask } = server([200, ME], [200, EVERYBODY], [200, []], [200, {}], [200, ME]);
  const model = new Model(ask);
  await model.load();
  await model.change(BEN, { ...written(BEN), languages: 'DE en' }).catch(() => {});
  same(asked[3], [
    '/console/people/p2',
    '{"skills":["law"],"languages":["de","en"],"capacity":0}',
  ]);
});

Deno.test('a refusal is told in the words of the server', async () => {
  const no = { error: { code: 'own', message: 'You cannot.' } };
  const { ask } = server([409, no]);
  const model = new Model(ask);
  try {
    await model.shutOut(BEN);
  } catch (error) {
    same([error instanceof Refused, (error as Error).message], [true, 'You cannot.']);
    return;
  }
  throw new Error('it was not refused');
});

Deno.test('and in German where the page is', async () => {
  const no = { error: { code: 'wrong_password', message: 'The old password is wrong.' } };
  const { ask } = server([401, no], [403, 'Forbidden'], [403, {}]);
  const model = new Model(ask);
  await speak(['de']);
  const said = () => attempt(() => model.changePassword('old', 'new'));
  same([await said(), await said(), await said()], [
    'Das Passwort stimmt nicht.',
    'Der Server antwortet 403.',
    'Der Server antwortet 403.',
  ]);
  await speak(['en']);
});

Deno.test('whose session has ended is at the door, and is not asked for again', async () => {
  const { asked, ask } = server([401, { error: { code: 'signed_out', message: 'Out.' } }]);
  const model = new Model(ask);
  await model.load().catch(() => {});
  await model.again();
  same([model.signedOut.value, asked.length], [true, 1]);
});

Deno.test('a server that cannot be reached is said, and asked again until it can', async () => {
  const { ask } = server(NOBODY, [200, ME], [200, EVERYBODY], [200, []], NOBODY);
  const model = new Model(ask);
  await model.again();
  same([model.said.value.includes('cannot be reached'), model.lost.value], [true, true]);
  await model.again();
  same([model.said.value, model.lost.value, model.me.value?.name], ['', false, 'Amy']);
  await model.again();
  same([model.said.value, model.lost.value], ['', true]);
});

Deno.test('whatever is lost on its way is said where it was done', async () => {
  const page: [number, unknown] = [502, '<h1>Bad gateway</h1>'];
  const { ask } = server(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, page);
  const model = new Model(ask);
  const acts = [
    () => model.invite(written(null)),
    () => model.change(BEN, written(BEN)),
    () => model.reset(BEN),
    () => model.changePassword('a', 'b'),
    () => model.endSessions('all'),
  ];
  for (const act of acts) same((await attempt(act)).includes('may not have been done'), true);
  same(await attempt(() => model.shutOut(BEN)), 'The server answers 502.');
  same([model.said.value, model.signedOut.value], ['', false]);
});

Deno.test('what was done is not called undone because nothing new can be read', async () => {
  const { ask } = server([200, ME], [200, EVERYBODY], [200, []], [200, {}], NOBODY);
  const model = new Model(ask);
  await model.again();
  same(await attempt(() => model.change(BEN, written(BEN))), '');
  same([model.said.value.startsWith('Saved: Ben.'), model.lost.value], [true, true]);
});

Deno.test('a browser is called what people call it', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36';
  same(browser(chrome), 'Chrome on Linux');
  same(browser('Mozilla/5.0 (Windows NT 10.0) Chrome/1 Safari/5 Edg/1'), 'Edge on Windows');
  same(browser('python-httpx/0.28'), 'python-httpx/0.28');
  same(browser(''), 'An unknown browser');
});
