/**
 * A conversation as its customer sees it, and what the customer does. Pure: a talk in, a talk out.
 * What answers say is in answer.ts, what happens beside them in news.ts.
 */
import type { Rating } from './wire.ts';

export type Author = 'customer' | 'model' | 'person' | 'notice';
export type Waiting = '' | 'thinking' | 'checking' | 'held' | 'person';

export interface Line {
  readonly author: Author;
  /** What was said; of a `problem` what the page's own server told customers of it, if it did. */
  readonly text: string;
  readonly notice?: 'joined' | 'left' | 'away' | 'back' | 'problem';
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

/** What the events, or the answer that is coming, say of who speaks. */
export interface Telling {
  /** The person, or '' for the model; null: they are about to say how things stand. */
  readonly says: string | null;
  /** What the other one of both has said first. */
  readonly behind: readonly string[];
}

export interface Talk {
  readonly lines: readonly Line[];
  /** An answer is waited for, or coming. */
  readonly asking: boolean;
  /** Why nothing comes meanwhile. */
  readonly waiting: Waiting;
  /** The person who speaks, or '' while the model does. */
  readonly agent: string;
  /** That person is gone for a while, or another one is looked for. */
  readonly away: boolean;
  readonly typing: boolean;
  /** What was written while an answer was still coming: it is asked when that is over. */
  readonly queued: readonly string[];
  readonly offline: boolean;
  readonly events: Telling;
  readonly answer: Telling;
}

export const EMPTY: Talk = {
  lines: [],
  asking: false,
  waiting: '',
  agent: '',
  away: false,
  typing: false,
  queued: [],
  offline: false,
  events: { says: '', behind: [] },
  answer: { says: '', behind: [] },
};

export function said(talk: Talk, line: Line): Talk {
  return { ...talk, lines: [...talk.lines, line] };
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

// --- asking --------------------------------------------------------------------------------

export function asked(talk: Talk, text: string): Talk {
  return { ...said(talk, { author: 'customer', text }), ...begun(talk) };
}

/** An answer from its beginning: it knows who speaks. */
function begun({ agent }: Talk): Pick<Talk, 'asking' | 'waiting' | 'answer'> {
  const waiting = agent ? 'person' : 'thinking';
  return { asking: true, waiting, answer: { says: agent, behind: [] } };
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

/** It comes once more, from its beginning: what had come of it, or did not, is forgotten. */
export function again(talk: Talk): Talk {
  const at = talk.lines.findLastIndex((line) => line.author === 'customer');
  const stays = (line: Line) => line.author !== 'model' && line.notice !== 'problem';
  const lines = talk.lines.filter((line, here) => here <= at || stays(line));
  return { ...talk, lines, ...begun(talk) };
}

/** The answer is complete, or there will be none and `why` says so. */
export function ended(talk: Talk, why?: string): Talk {
  const over: Talk = { ...talk, asking: false, waiting: '', typing: false };
  return why === undefined ? over : said(over, { author: 'notice', notice: 'problem', text: why });
}

// --- coming back, and coming ---------------------------------------------------------------

/** What was kept, and below it what was written before it came back. */
export function resumed(kept: Talk, now: Talk): Talk {
  const queued = [...kept.queued, ...now.queued];
  const here = { ...kept, queued, typing: false, offline: now.offline };
  if (now.lines.length === 0) return here;
  const { lines } = kept.asking ? again(kept) : kept; // what was open is asked with what is new
  return { ...here, lines: [...lines, ...now.lines], asking: now.asking, waiting: now.waiting };
}

/** Somebody else's, from now on: nothing of it stays but words that nobody has been asked yet. */
export function another(talk: Talk): Talk {
  const words = talk.lines.findLast((line) => line.author === 'customer');
  return words ? { ...asked(EMPTY, words.text), queued: talk.queued } : EMPTY;
}

// --- rating --------------------------------------------------------------------------------

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
