import { onCard } from '../../text/card.ts';
import { useEffect } from 'preact/hooks';
import type { Card } from '../../shared/protocol.gen.ts';
import type { Desk } from '../desk.ts';
import { firstTexts } from '../texts.ts';
import { CONTENT } from '../texts.ts';
import { asOf, candidates, compare, offered, toggle } from '../together.ts';
import { Difference } from './difference.tsx';
import { KeyCap } from './keycap.tsx';

/** Other holds that say nearly the same: offered to be decided by the same look. */
export function Together({ desk, card }: { desk: Desk; card: Card }) {
  const { hold } = card;
  const others = candidates(desk.state.value, hold);
  useEffect(
    () => void compare(desk, hold.id, others.map((one) => one.id)),
    [hold.id, hold.version, asOf(others)],
  );
  const found = desk.together.value;
  if (!found || !offered(desk) || found.hold !== hold.id) return null;
  const number = found.others.length;
  const before = firstTexts(card)[CONTENT] ?? '';
  return (
    // Nothing is decided together unseen: while it is, what differs is open.
    <details class='together' open={found.on}>
      <summary>
        {onCard.value.alike(number)}
      </summary>
      {found.others.map(({ hold, pending }) => (
        <Difference key={hold} before={before} after={pending} />
      ))}
      <label class='switch'>
        <input type='checkbox' checked={found.on} onChange={() => toggle(desk)} />{' '}
        {onCard.value.together(number + 1)} <KeyCap desk={desk} of='together' />
      </label>
    </details>
  );
}
