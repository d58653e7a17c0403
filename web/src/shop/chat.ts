/**
 * The customer's conversation, from the chunks of the answers' streams. Pure: chunks in, bubbles out.
 * What the proxy adds under `hitl` says who speaks and why nothing comes.
 */

export interface Bubble {
  readonly author: 'customer' | 'model' | 'person' | 'notice';
  readonly text: string;
  readonly name?: string;
  readonly note?: string;
  readonly message?: string;
}

export type Waiting = '' | 'thinking' | 'checking' | 'held' | 'person';

export interface Chat {
  readonly bubbles: readonly Bubble[];
  readonly waiting: Waiting;
  /** The person who speaks, or '' while the model does. */
  readonly agent: string;
  readonly typing: boolean;
  /** What the customer wrote while an answer was still coming: it is asked when that is over. */
  readonly queued: readonly string[];
}

/** What of a chunk matters here; whatever else it carries is ignored. */
export interface Chunk {
  readonly choices: readonly {
    readonly index: number;
    readonly delta?: { content?: string | null };
  }[];
  readonly hitl?: {
    readonly state: string;
    readonly author?: string;
    readonly decision?: string;
    readonly message_id?: string;
    readonly agent?: { readonly display: string };
    readonly typing?: boolean;
    readonly replace?: { readonly from: number; readonly text: string };
  };
}

export const EMPTY: Chat = { bubbles: [], waiting: '', agent: '', typing: false, queued: [] };

export const REVIEWED = 'Reviewed by a person';
export const CORRECTED = 'Corrected';

export function asked(chat: Chat, text: string): Chat {
  const waiting = chat.agent ? 'person' : 'thinking';
  return { ...said(chat, { author: 'customer', text }), waiting };
}

export function queued(chat: Chat, text: string): Chat {
  return { ...chat, queued: [...chat.queued, text] };
}

/** The queued words, as one question. */
export function asking(chat: Chat): { readonly chat: Chat; readonly text: string } {
  return { chat: { ...chat, queued: [] }, text: chat.queued.join('\n') };
}

export function heard(chat: Chat, chunk: Chunk): Chat {
  const text = chunk.choices.find((choice) => choice.index === 0)?.delta?.content ?? '';
  const replaced = chunk.hitl?.replace;
  if (replaced) return corrected(chat, replaced);
  return written(told(chat, chunk.hitl), text, chunk.hitl);
}

/** The answer is complete, or it broke and `why` says so. */
export function ended(chat: Chat, why = ''): Chat {
  const over: Chat = { ...chat, waiting: '', typing: false };
  return why ? said(over, { author: 'notice', text: why }) : over;
}

/** The conversation as the API wants it: what a person said is the assistant's side too. */
export function history(chat: Chat): { role: 'user' | 'assistant'; content: string }[] {
  const spoken = chat.bubbles.filter((bubble) => bubble.author !== 'notice');
  return spoken.map(({ author, text }) => ({
    role: author === 'customer' ? 'user' : 'assistant',
    content: text,
  }));
}

/** What a chunk says about who speaks, apart from its text. */
function told(chat: Chat, hitl: Chunk['hitl']): Chat {
  switch (hitl?.state) {
    case 'checking':
      return { ...chat, waiting: 'checking' };
    case 'held':
      return { ...chat, waiting: 'held' };
    case 'human':
      return hitl.agent ? joined(chat, hitl.agent.display, hitl.typing ?? false) : chat;
    case 'ai':
      return left(chat);
    default:
      return chat;
  }
}

function joined(chat: Chat, agent: string, typing: boolean): Chat {
  const here: Chat = { ...chat, waiting: 'person', agent, typing };
  return chat.agent === agent ? here : said(here, { author: 'notice', text: `${agent} joined` });
}

function left(chat: Chat): Chat {
  if (!chat.agent) return chat;
  const text = `${chat.agent} left, the assistant is back`;
  return said({ ...chat, waiting: 'thinking', agent: '', typing: false }, {
    author: 'notice',
    text,
  });
}

function written(chat: Chat, text: string, hitl: Chunk['hitl']): Chat {
  if (!text) return chat;
  if (hitl?.state === 'human') {
    const message = hitl.message_id ?? '';
    return continued({ ...chat, typing: false }, 'person', text, { name: chat.agent, message });
  }
  const more = hitl?.author === 'human' ? { note: REVIEWED } : {};
  return continued({ ...chat, waiting: '' }, 'model', text, more);
}

/** The same speaker goes on, or a bubble of its own begins. */
function continued(
  chat: Chat,
  author: 'model' | 'person',
  text: string,
  more: Partial<Bubble>,
): Chat {
  const last = chat.bubbles.at(-1);
  if (last?.author !== author || (more.message && last.message !== more.message)) {
    return said(chat, { author, text: text.trimStart(), ...more });
  }
  return {
    ...chat,
    bubbles: [...chat.bubbles.slice(0, -1), { ...last, ...more, text: last.text + text }],
  };
}

function corrected(chat: Chat, { from, text }: { from: number; text: string }): Chat {
  const at = chat.bubbles.findLastIndex((bubble) => bubble.author === 'model');
  const old = chat.bubbles[at];
  if (!old) return chat;
  const kept = Array.from(old.text).slice(0, from).join('');
  return {
    ...chat,
    bubbles: chat.bubbles.with(at, { ...old, text: kept + text, note: CORRECTED }),
  };
}

function said(chat: Chat, bubble: Bubble): Chat {
  return { ...chat, bubbles: [...chat.bubbles, bubble] };
}
