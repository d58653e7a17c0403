import { onCard } from '../../text/card.ts';
import { onEvidence } from '../../text/evidence.ts';
import type { HoldView } from '../../shared/protocol.gen.ts';
import { reason, reasons } from '../acts.ts';
import { asks } from '../asking.ts';
import type { Desk } from '../desk.ts';
import { cardNow } from '../now.ts';
import { KeyCap } from './keycap.tsx';

/** Why: the same row of reasons for every decision, one key each, and words for colleagues. */
export function Because({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const chosen = reasons(desk, hold);
  const rejecting = asks(desk, 'reject', hold);
  const editing = desk.editing.value === hold.id;
  return (
    <div class={`because ${rejecting ? 'asked' : ''}`} role='group' aria-label={onCard.value.why}>
      <span class='label'>{rejecting ? onCard.value.because : onCard.value.why}</span>
      {hold.because.map((said, at) => (
        <button
          key={said}
          type='button'
          class='say-why'
          aria-pressed={chosen.includes(said)}
          onClick={() => reason(desk, at)}
        >
          <KeyCap desk={desk} of={`${editing ? 'edit-' : ''}reason-${at + 1}`} /> {told(said)}
        </button>
      ))}
      <WhyNote desk={desk} hold={hold.id} />
    </div>
  );
}

/** Why it is put back: the same keys, and each of them does it. */
export function WhyBack({ desk }: { desk: Desk }) {
  const { backBecause } = onCard.value;
  return (
    <div class='because asked' role='group' aria-label={backBecause}>
      <span class='label'>{backBecause}</span>
      {cardNow(desk)?.put_back.map((said, at) => (
        <button
          key={said}
          type='button'
          class='say-why'
          onClick={() => reason(desk, at)}
        >
          <KeyCap desk={desk} of={`reason-${at + 1}`} /> {told(said)}
        </button>
      ))}
    </div>
  );
}

/** Words for colleagues that go with a decision. */
export function WhyNote({ desk, hold }: { desk: Desk; hold: string }) {
  return (
    <label class='why-note'>
      <span class='unseen'>{onCard.value.note}</span>
      <input
        autocomplete='off'
        dir='auto'
        placeholder={onCard.value.note}
        value={desk.why.note(hold)}
        onInput={({ currentTarget: { value } }) => desk.why.write(hold, value)}
      />
    </label>
  );
}

/** The usual reasons in this page's language; those of a rule in the rule's own words. */
export function told(reason: string): string {
  const known: Readonly<Record<string, string>> = onEvidence.value.reasons;
  return known[reason] ?? reason;
}
