import type { HoldView } from '../../shared/protocol.gen.ts';
import { countdown } from '../../shared/countdown.ts';
import { moment, when } from '../../text/numbers.ts';
import { say } from '../../text/say.ts';
import type { Desk } from '../desk.ts';

/** Time left by the server's clock. Not announced: it changes every second. */
export function TimeLeft(
  { desk, hold, bar = false }: { desk: Desk; hold: HoldView; bar?: boolean },
) {
  const left = hold.deadline_at - desk.now.value;
  const all = Math.max(1, hold.deadline_at - hold.opened_at);
  return (
    <span class={`time ${urgency(left)}`} role='timer'>
      {countdown(left * 1000)}
      {bar && (
        <progress
          aria-label={say.value.queue.timeLeft}
          max={1}
          value={Math.min(1, Math.max(0, left / all))}
        />
      )}
    </span>
  );
}

export function urgency(left: number): string {
  if (left < 15) return 'urgent';
  return left < 45 ? 'soon' : 'calm';
}

/** Words of another day have their day with them. */
export function At({ seconds, exact = false }: { seconds: number; exact?: boolean }) {
  return (
    <time dateTime={new Date(seconds * 1000).toISOString()} title={moment(seconds)}>
      {when(seconds, Date.now() / 1000, exact)}
    </time>
  );
}
