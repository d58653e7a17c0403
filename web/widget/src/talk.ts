/**
 * The customer's side of a conversation. Pure: chunks of answers and events of the conversation in,
 * lines out. The same words may come both ways, and again after a lost connection: each is shown once.
 */
import type { Chunk, Hitl, News, Rating, Replace } from './wire.ts';

export type Author = 'customer' | 'model' | 'person' | 'notice';
export type Waiting = '' | 'thinking' | 'checking' | 'held' | 'person';

export interface Line {
  readonly author: Author;
  /** What was said; of a `problem` the server's own sentence, if it said one. */
  readonly text: string;
  readonly notice?: 'joined' | 'left' | 'problem';
  readonly note?: 'reviewed' | 'corrected';
  /** The person's, as customers may know it. */
  readonly name?: string;
  /** Names a person's message. */
  readonly message?: string;
  /** Names the answer that this is a part of. */
  readonly delivery?: string;
  readonly rating?: Rating;
  /** The rating that did not arrive, and its words: to be sent again. */
  readonly unsent?: { readonly rating: Rating; readonly text: string };
}

export interface Talk {
  readonly lines: readonly Line[];
  /** An answer is waited for, or coming. */
  readonly asking: boolean;
  /** Why nothing comes meanwhile. */
  readonly waiting: Waiting;
  /** The person who speaks, or '' while the model does. */
  readonly agent: string;
  readonly typing: boolean;
  /** What was written while an answer was still coming: it is asked when that is over. */
  readonly queued: readonly string[];
  readonly offline: boolean;
  /** Who spoke before a `reset`, until the events have said who does now. */
  readonly before: string;
}

export const EMPTY: Talk = {
  lines: [],
  asking: false,
  waiting: '',
  agent: '',
  typing: false,
  queued: [],
  offline: false,
  before: '',
};

// --- the customer --------------------------------------------------------------------------

export function asked(talk: Talk, text: string): Talk {
  const waiting = talk.agent ? 'person' : 'thinking';
  return { ...said(talk, { author: 'customer', text }), asking: true, waiting };
}

/** What was kept, and below it what was written before it came back. */
export function resumed(kept: Talk, now: Talk): Talk {
  const queued = [...kept.queued, ...now.queued];
  const here = { ...kept, queued, typing: false, offline: now.offline };
  if (now.lines.length === 0) return here;
  const { lines } = kept.asking ? again(kept) : kept; // what was open is asked with what is new
  return { ...here, lines: [...lines, ...now.lines], asking: now.asking, waiting: now.waiting };
}

export function queued(talk: Talk, text: string): Talk {
  return { ...talk, queued: [...talk.queued, text] };
}

/** The queued words, as one question. */
export function asking(
  talk: Talk,
): { readonly talk: Talk; readonly text: string } {
  return { talk: { ...talk, queued: [] }, text: talk.queued.join('\n') };
}

export function rated(talk: Talk, line: Line, rating: Rating): Talk {
  return {
    ...talk,
    lines: talk.lines.map((each) => same(each, line) ? given(each, rating) : each),
  };
}

/** It did not arrive: what was there before `line` was rated counts, and nothing of it is lost. */
export function unrated(talk: Talk, line: Line, rating: Rating, text: string): Talk {
  const mine = (each: Line) => same(each, line) && each.rating === rating;
  const before = (each: Line) => ({ ...given(each, line.rating), unsent: { rating, text } });
  return { ...talk, lines: talk.lines.map((each) => mine(each) ? before(each) : each) };
}

/** What one rates: a person's message, or all of an answer. */
function same(one: Line, other: Line): boolean {
  return other.message
    ? one.message === other.message
    : !!other.delivery && one.delivery === other.delivery;
}

function given({ rating: _, unsent: __, ...line }: Line, rating: Rating | undefined): Line {
  return rating ? { ...line, rating } : line;
}

/** The conversation as the API wants it: what a person said is the assistant's side too. */
export function history(
  talk: Talk,
): { role: 'user' | 'assistant'; content: string }[] {
  const spoken = talk.lines.filter((line) => line.author !== 'notice');
  return spoken.map(({ author, text }) => ({
    role: author === 'customer' ? 'user' : 'assistant',
    content: text,
  }));
}

// --- an answer -----------------------------------------------------------------------------

export function heard(talk: Talk, chunk: Chunk, delivery = ''): Talk {
  const text = chunk.choices.find((choice) => choice.index === 0)?.delta?.content ?? '';
  const { hitl } = chunk;
  if (hitl?.replace) {
    const here: Talk = { ...talk, waiting: '' };
    const after = corrected(here, hitl.replace, delivery);
    return after === here ? anew(here, hitl.replace, delivery) : after;
  }
  return written(speaking(talk, hitl), text, hitl, delivery);
}

/** It comes once more, from its beginning: what had come of it, or did not, is forgotten. */
export function again(talk: Talk): Talk {
  const at = talk.lines.findLastIndex((line) => line.author === 'customer');
  const stays = (line: Line) => line.author !== 'model' && line.notice !== 'problem';
  const lines = talk.lines.filter((line, here) => here <= at || stays(line));
  return { ...talk, lines, asking: true, waiting: talk.agent ? 'person' : 'thinking' };
}

/** The answer is complete, or there will be none and `why` says so. */
export function ended(talk: Talk, why?: string): Talk {
  const over: Talk = { ...talk, asking: false, waiting: '', typing: false };
  return why === undefined ? over : said(over, { author: 'notice', notice: 'problem', text: why });
}

/** What a chunk says about who speaks, apart from its text. */
function speaking(talk: Talk, hitl: Hitl | undefined): Talk {
  switch (hitl?.state) {
    case 'checking':
    case 'held':
      return { ...talk, waiting: hitl.state };
    case 'human':
      return hitl.agent ? joined(talk, hitl.agent.display, hitl.typing ?? false) : talk;
    case 'ai':
      return left(talk);
    default:
      return talk;
  }
}

function written(
  talk: Talk,
  text: string,
  hitl: Hitl | undefined,
  delivery: string,
): Talk {
  if (!text) return talk;
  if (hitl?.state === 'human') {
    return spoken(talk, text, hitl.message_id ?? '', talk.agent);
  }
  const more: Partial<Line> = { ...(delivery ? { delivery } : {}) };
  const note: Partial<Line> = hitl?.author === 'human' ? { note: 'reviewed' } : {};
  const last = talk.lines.at(-1);
  const lines = last?.author === 'model'
    ? [...talk.lines.slice(0, -1), {
      ...last,
      ...more,
      ...note,
      text: last.text + text,
    }]
    : [...talk.lines, {
      author: 'model' as const,
      text: text.trimStart(),
      ...more,
      ...note,
    }];
  return { ...talk, waiting: '', lines };
}

/** What stands in the place of an answer from a character on; of this one if it has no name. */
function corrected(talk: Talk, { from, text }: Replace, delivery: string): Talk {
  const parts = partsOf(talk.lines, delivery);
  if (parts.length === 0) return talk;
  let stays = from;
  const lines = talk.lines.flatMap((line, at): Line[] => {
    if (!parts.includes(at)) return [line];
    const characters = [...line.text];
    const kept = characters.slice(0, stays).join('');
    stays = Math.max(0, stays - characters.length);
    if (at === parts.at(-1)) return [{ ...line, text: kept + text, note: 'corrected' }];
    if (kept === line.text) return [line];
    return kept ? [{ ...line, text: kept, note: 'corrected' }] : [];
  });
  return { ...talk, lines };
}

/** Where the model's lines of an answer are: a person may have spoken between them. */
function partsOf(lines: readonly Line[], delivery: string): number[] {
  const question = lines.findLastIndex((line) => line.author === 'customer');
  const part = (line: Line, at: number) =>
    line.author === 'model' && (delivery ? line.delivery === delivery : at > question);
  return lines.flatMap((line, at) => part(line, at) ? [at] : []);
}

/** A correction of what never came here. */
function anew(talk: Talk, { text }: Replace, delivery: string): Talk {
  const named = delivery ? { delivery } : {};
  return said(talk, { author: 'model', text, note: 'corrected', ...named });
}

// --- what happens beside answers -----------------------------------------------------------

export function told(talk: Talk, { name, data, id }: News): Talk {
  const now = happened(talk, name, data);
  // The events up to the first with an id say how things stand after a reset.
  if (!id || !now.before) return now;
  return now.agent ? { ...now, before: '' } : left({ ...now, agent: now.before, before: '' });
}

function happened(talk: Talk, name: string, data: News['data']): Talk {
  switch (name) {
    case 'reset':
      return {
        ...talk,
        agent: '',
        typing: false,
        before: talk.agent || talk.before,
      };
    case 'takeover':
      return data.agent ? joined(talk, data.agent.display, talk.typing) : talk;
    case 'typing':
      return { ...talk, typing: data.typing ?? false };
    case 'message':
      return spoken(
        talk,
        data.text ?? '',
        data.message_id ?? '',
        data.agent?.display ?? '',
      );
    case 'handback':
      return left(talk);
    case 'corrected':
      return data.replace ? corrected(talk, data.replace, data.delivery_id ?? '') : talk;
    default:
      return talk;
  }
}

function joined(talk: Talk, agent: string, typing: boolean): Talk {
  const here: Talk = {
    ...talk,
    waiting: talk.waiting && 'person',
    agent,
    typing,
  };
  const known = talk.agent === agent || talk.before === agent;
  return known ? here : said(here, { author: 'notice', notice: 'joined', name: agent, text: '' });
}

function left(talk: Talk): Talk {
  if (!talk.agent) return talk;
  const here: Talk = {
    ...talk,
    waiting: talk.waiting && 'thinking',
    agent: '',
    typing: false,
  };
  return said(here, {
    author: 'notice',
    notice: 'left',
    name: talk.agent,
    text: '',
  });
}

/** A person's message. */
function spoken(talk: Talk, text: string, message: string, name: string): Talk {
  if (message && talk.lines.some((line) => line.message === message)) {
    return talk;
  }
  return said({ ...talk, typing: false }, {
    author: 'person',
    text: text.trim(),
    name,
    message,
  });
}

function said(talk: Talk, line: Line): Talk {
  return { ...talk, lines: [...talk.lines, line] };
}
