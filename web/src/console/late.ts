/**
 * What was said so long ago that it is not sent again. The server may have it, and only its answer
 * was lost: the conversation tells, before anybody is asked to say it once more.
 */
import type { AnyOutbound } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { lateIn, unseen, type Waiting } from './outbox.ts';
import { subject } from './state.ts';

/** The streams that tell. */
export function telling(desk: Desk): string[] {
  return desk.waiting.value.map(lateIn).filter(Boolean).map((id) => `conv:${id}`);
}

/** What did not arrive, once this frame brought its conversation up to date. */
export function lost(desk: Desk, frame: AnyOutbound): Waiting[] {
  if (frame.type !== 'talk_reset' && frame.type !== 'recovered' && frame.type !== 'gone') return [];
  if (!telling(desk).includes(frame.stream)) return [];
  const id = subject(frame.stream);
  const late = desk.outbox.takeLate(id);
  desk.waiting.value = desk.outbox.waiting;
  return unseen(late, id, desk.state.value.talks.get(id)?.messages ?? []);
}
