/** How long a claim is kept for somebody who does nothing: they are asked, then it is let go. */

/** Seconds without a sign of life. */
const ASKED = 90;
const LET_GO = 120;

/**
 * What shows that somebody sits here. Pages scroll by themselves: that shows nothing. What helps
 * people to see or to hear presses a button with nothing but a click.
 */
export const SIGNS = ['keydown', 'input', 'pointerdown', 'pointermove', 'wheel', 'click'] as const;

export type Sitting = 'here' | 'asked' | 'gone';

/** `idle`: seconds since the last sign. Who is asked still has the hold, and the server's lease. */
export function sitting(idle: number): Sitting {
  if (idle >= LET_GO) return 'gone';
  return idle >= ASKED ? 'asked' : 'here';
}
