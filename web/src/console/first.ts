/** First judgement: where a rule asks for it, people say what they think before they see scores. */
import type { Card, RevealView } from '../shared/protocol.gen.ts';
import { cardNow, isMine } from './now.ts';
import type { Desk } from './desk.ts';
import { alive } from './state.ts';

export const PROMPT = 'first-judgement';

/** What I thought before I saw the scores. */
export function mine(desk: Desk, card: Card): RevealView | undefined {
  return card.background.revealed.find((one) => isMine(desk, one.by));
}

/** Whether scores are still hidden. What was decided hides nothing any more. */
export function isBare(desk: Desk, card: Card): boolean {
  return card.background.blind && alive(card.hold) && !mine(desk, card);
}

export function judge(desk: Desk, judgement: RevealView['judgement']): void {
  const card = cardNow(desk);
  if (card && isBare(desk, card)) desk.command({ do: 'reveal', hold: card.hold.id, judgement });
}

/** Leads to the question; where nothing is hidden, there is none. */
export function why(desk: Desk): void {
  const card = cardNow(desk);
  if (card && isBare(desk, card)) document.getElementById(PROMPT)?.focus();
  else document.querySelector<HTMLElement>('.reason')?.focus();
}
