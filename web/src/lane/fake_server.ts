/** For tests: a lane and the server behind it, and keys that are pressed. */
import type { Pressed } from './keys.ts';
import { Lane } from './model.ts';

export const review = (id: string, verdict = '') => ({
  id,
  conversation: 'c1',
  causes: ['audit'],
  excerpt: `The text of ${id}`,
  opened_at: 1,
  verdict,
  by: null,
  closed_at: null,
  proposed_by: null,
});

export const card = (id: string, closed_at: number | null = null) => ({
  review: { ...review(id), closed_at },
  question: 'Hi',
  answer: `The text of ${id}`,
  correction: null,
  reasons: [],
  rating: '',
  complaint: '',
  note: null,
  decision: null,
  messages: [],
  proposed: null,
});

/** A server with these answers in its lane, and what it was asked to do. */
export function server(...ids: string[]) {
  const waiting = ids.map((id) => review(id));
  const commands: Record<string, unknown>[] = [];
  const others = new Set<string>();
  let gate = Promise.resolve();
  let [held, until] = ['', Promise.resolve()];
  let [refusal, code, details] = ['', '', {}];
  const fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    if (path === '/console/commands') await gate;
    if (path === '/console/me') return Promise.resolve(Response.json({ csrf: 'c', person: 'me' }));
    if (path === '/console/lane') return Promise.resolve(Response.json({ waiting, decided: [] }));
    if (path === '/console/commands') {
      if (refusal) {
        const error = { message: refusal, code, details };
        return Promise.resolve(Response.json({ error }, { status: 409 }));
      }
      const command = JSON.parse(String(init?.body));
      commands.push(command);
      const at = waiting.findIndex((one) => one.id === command.answer);
      if (at >= 0) waiting.splice(at, 1);
      return Promise.resolve(Response.json({}));
    }
    const id = path.split('/').at(-1) ?? '';
    const closed = others.has(id) || commands.some(({ answer }) => answer === id);
    if (held === id) {
      held = '';
      await until;
    }
    return Response.json(card(id, closed ? 2 : null));
  };
  return {
    lane: new Lane({ fetch, visible: () => true, kept: shelf() }),
    commands,
    refuses: (why: string, as = 'not_allowed', more = {}) =>
      [refusal, code, details] = [why, as, more],
    /** Somebody else has looked at this one. */
    reviewed: (id: string) => others.add(id),
    /** The next answer to a look at this one is slow, until it is let go. */
    slow: (id: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      [held, until] = [id, promise];
      return resolve;
    },
    /** Verdicts are on their way until the promise is kept, or lost with it. */
    waits: (until: Promise<void>) => gate = until,
  };
}

export const key = (
  key: string,
  tagName = 'BODY',
  ctrlKey = false,
  more: Partial<Pressed> = {},
): Pressed => ({
  key,
  ctrlKey,
  metaKey: false,
  altKey: false,
  target: { tagName } as unknown as EventTarget,
  repeat: false,
  isComposing: false,
  preventDefault: () => {},
  ...more,
});

/** Where keys are kept. */
export const shelf = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
};

export const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
