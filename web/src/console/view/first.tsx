import type { Card, RevealView } from '../../shared/protocol.gen.ts';
import { onEvidence } from '../../text/evidence.ts';
import type { Desk } from '../desk.ts';
import { isBare, judge, mine, PROMPT } from '../first.ts';
import { judged } from '../trail.ts';
import { KeyCap } from './keycap.tsx';

const CHOICES: readonly RevealView['judgement'][] = ['fine', 'wrong', 'unsure'];

/** Scores sway people: here they come after a first judgement, which may be changed. */
export function First({ desk, card }: { desk: Desk; card: Card }) {
  const before = mine(desk, card);
  if (before) {
    return (
      <p class='first' role='status'>
        {onEvidence.value.thought} <b>{judged(before.judgement)}</b>
      </p>
    );
  }
  if (!isBare(desk, card)) return null;
  return (
    <div class='first' role='group' aria-label={onEvidence.value.first}>
      <p>
        {onEvidence.value.think} <KeyCap desk={desk} of='why' />
      </p>
      {CHOICES.map((choice, at) => (
        <button
          key={choice}
          type='button'
          class='button'
          {...(at === 0 ? { id: PROMPT } : {})}
          onClick={() => judge(desk, choice)}
        >
          {judged(choice)}
        </button>
      ))}
    </div>
  );
}
