/** What is told to the person at this console: notices, and what supervisors call. */
import type { CallView } from '../shared/protocol.gen.ts';
import type { Desk, Notice } from './desk.ts';

/** What was told up to now. */
export interface Known {
  readonly notice: Notice | null;
  readonly calls: readonly CallView[];
}

export const NOTHING: Known = { notice: null, calls: [] };

export function known(desk: Desk): Known {
  return { notice: desk.notice.peek(), calls: desk.state.peek().calls };
}

/** What was told since then, and still stands. */
export function since(desk: Desk, before: Known): Known {
  const notice = desk.notice.value;
  const heard = new Set(before.calls.map(({ id }) => id));
  return {
    notice: notice === before.notice ? null : notice,
    calls: desk.state.value.calls.filter(({ id }) => !heard.has(id)),
  };
}
