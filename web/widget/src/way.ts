/** What the client needs of the page around it, and how patient it is on the way to the server. */
import { EMPTY, resumed, type Talk } from './talk.ts';
import { type Grant, Over, Problem } from './wire.ts';

export const LONGEST = 15_000; // ms between two attempts
export const HANGS = 20_000; // ms without a word from the page's server
const TRIES = 8;
const FEW = 3;
const PASSING = [409, 429, 503]; // by themselves

/** What is kept while the page is reloaded. */
export interface Kept {
  /** Whose it is; '' as long as the page's server had not said. */
  readonly conversation: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly talk: Talk;
  /** The last event that was taken in. */
  readonly last: string;
  /** The question whose answer is not complete. */
  readonly open: Question | null;
}

export interface Question {
  /** The same for every attempt, so that the model is asked once. */
  readonly key: string;
  readonly body: string;
}

export interface Options {
  /** Where hitl-chat runs: `https://chat.example`. */
  readonly base: string;
  /** Asks the page's server for a token: for this conversation, or '' for a new one. */
  readonly grant: (conversation: string, signal: AbortSignal) => Promise<Grant>;
  /** Told which conversation it is; what a customer was writing in another one is not theirs. */
  readonly met?: (conversation: string) => void;
  readonly changed: (talk: Talk) => void;
  readonly kept?: Kept | null;
  readonly keep?: (kept: Kept) => void;
  /** Everything that arrives, for who wants to look at the wire. */
  readonly raw?: (stream: 'answer' | 'events', data: string) => void;
  /** Why hitl-chat refused something, in its words: customers can mend none of it. */
  readonly trouble?: (words: string) => void;
  readonly fetch?: typeof fetch;
  /** Waits, in milliseconds; ends earlier when `signal` says so. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In milliseconds since 1970. */
  readonly now?: () => number;
}

export const RELOADED = 60_000; // ms within which it is the same customer who is back

/** What a page that comes back begins with; words of nobody in particular only if it is soon. */
export function usable({ kept, now }: Options): Kept | null {
  if (!kept || kept.conversation) return kept ?? null;
  return time(now) - kept.at < RELOADED ? kept : null;
}

/** What was kept, and what is here by now. */
export function together(kept: Kept | null, talk: Talk): Kept {
  const base = kept ?? { conversation: '', at: 0, talk: EMPTY, last: '', open: null };
  return { ...base, talk: resumed(base.talk, talk), open: talk.lines.length ? null : base.open };
}

export function time(now: Options['now']): number {
  return (now ?? Date.now)();
}

export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), {
      once: true,
    });
  });
}

/** Unguessable; `randomUUID` is for https only. */
export function name(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

/** Nobody answered. */
export function unheard(error: unknown): boolean {
  return !(error instanceof Problem && error.status);
}

/** In how many milliseconds to try again; -1: not at all. */
export function again(error: unknown, attempt: number): number {
  const pause = Math.min(500 * 2 ** attempt, LONGEST) * (0.75 + Math.random() / 2);
  if (!(error instanceof Problem && error.status)) return pause;
  const passes = error instanceof Over || PASSING.includes(error.status);
  const tries = passes ? TRIES : error.status >= 500 ? FEW : 0;
  return attempt < tries ? Math.max(pause, error.after * 1000) : -1;
}
