/** The client of hitl-chat; `README.md` shows how it is used. */

export type Rating = 'up' | 'down' | 'wrong';

export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly expires_at: number;
  readonly models: readonly string[];
  readonly events: string;
}

export interface Line {
  readonly author: 'customer' | 'model' | 'person' | 'notice';
  readonly text: string;
  readonly notice?: 'joined' | 'left' | 'away' | 'back' | 'problem';
  readonly note?: 'reviewed' | 'corrected';
  readonly name?: string;
  readonly message?: string;
  readonly delivery?: string;
  readonly rating?: Rating;
  readonly unsent?: { readonly rating: Rating; readonly text: string };
}

export interface Telling {
  readonly says: string | null;
  readonly behind: readonly string[];
}

export interface Talk {
  readonly lines: readonly Line[];
  readonly asking: boolean;
  readonly waiting: '' | 'thinking' | 'checking' | 'held' | 'person';
  readonly agent: string;
  readonly away: boolean;
  readonly typing: boolean;
  readonly queued: readonly string[];
  readonly offline: boolean;
  readonly events: Telling;
  readonly answer: Telling;
}

export interface Question {
  readonly key: string;
  readonly body: string;
}

export interface Kept {
  readonly conversation: string;
  readonly at: number;
  readonly talk: Talk;
  readonly last: string;
  readonly open: Question | null;
}

export interface Options {
  readonly base: string;
  readonly grant: (conversation: string, signal: AbortSignal) => Promise<Grant>;
  readonly met?: (conversation: string) => void;
  readonly changed: (talk: Talk) => void;
  readonly kept?: Kept | null;
  readonly keep?: (kept: Kept) => void;
  readonly raw?: (stream: 'answer' | 'events', data: string) => void;
  readonly trouble?: (words: string) => void;
  readonly fetch?: typeof fetch;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

export class Chat {
  constructor(options: Options);
  get talk(): Talk;
  send(text: string): void;
  retry(): void;
  rate(line: Line, rating: Rating, text?: string): Promise<void>;
  type(on: boolean): void;
  hurry(): void;
  close(): void;
}

export class Problem extends Error {
  readonly status: number;
  readonly after: number;
  constructor(message: string, status?: number, after?: number, cause?: unknown);
}

export const EMPTY: Talk;
export function history(talk: Talk): { role: 'user' | 'assistant'; content: string }[];
