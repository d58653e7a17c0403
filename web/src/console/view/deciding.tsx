import { onCard } from '../../text/card.ts';
import type { Card, OpinionView } from '../../shared/protocol.gen.ts';
import { Words } from '../../shared/words.tsx';
import { isMine, isOnItsWay, owing } from '../now.ts';
import type { Desk } from '../desk.ts';
import { alive } from '../state.ts';
import { whole } from '../correcting.ts';
import { CONTENT, firstTexts, nameOf } from '../texts.ts';
import { told } from './because.tsx';
import { Difference } from './difference.tsx';
import { Editor } from './editor.tsx';
import { Notes } from './notes.tsx';
import { Together } from './together.tsx';

/** What people make of a held answer: an editor, what a colleague wants to send, notes. */
export function Deciding({ desk, card }: { desk: Desk; card: Card }) {
  const { hold } = card;
  const mine = isMine(desk, hold.proposal?.by ?? null);
  const writes = desk.editing.value === hold.id && alive(hold) &&
    !isOnItsWay(desk, 'undo', hold.id);
  if (owing(desk)) return null; // who is asked for an opinion does not see what others think
  return (
    <>
      {alive(hold) && !hold.proposal && <Together desk={desk} card={card} />}
      {writes && <Editor desk={desk} card={card} />}
      {hold.proposal?.second === 'wanted' && <Proposed desk={desk} card={card} mine={mine} />}
      {hold.declined_by && (
        <p class='declined'>{onCard.value.notConfirmed(hold.declined_by.name)}</p>
      )}
      {hold.escalated_by && <p class='declined'>{onCard.value.passedOn(hold.escalated_by.name)}</p>}
      {card.opinions.length > 0 && <Opinions opinions={card.opinions} />}
      <Notes desk={desk} notes={card.notes} />
    </>
  );
}

function Proposed({ desk, card, mine }: { desk: Desk; card: Card; mine: boolean }) {
  const { proposal } = card.hold;
  if (!proposal) return null;
  const before = proposal.corrects ? { [CONTENT]: whole(card) } : firstTexts(card);
  const after = (text: string) => proposal.corrects ? text.trimStart() : text;
  return (
    <section class='proposed' aria-labelledby='proposed'>
      <h3 id='proposed'>
        {mine ? onCard.value.youWant : onCard.value.wants(proposal.by.name)}
        {proposal.recheck === 'warned' && <span class='warned'>{onCard.value.warn}</span>}
      </h3>
      {Object.entries(card.proposed).map(([field, text]) => (
        <div key={field}>
          {Object.keys(card.proposed).length > 1 && <h4>{nameOf(field)}</h4>}
          {desk.difference.value
            ? <Difference before={before[field] ?? ''} after={after(text)} />
            : <Words text={after(text)} />}
        </div>
      ))}
      {proposal.corrects && <p class='why'>{onCard.value.takesPlace}</p>}
      {proposal.because.length > 0 && (
        <p class='why'>{onCard.value.reasons(proposal.because.map(told).join(', '))}</p>
      )}
    </section>
  );
}

function Opinions({ opinions }: { opinions: readonly OpinionView[] }) {
  return (
    <section class='opinions' aria-labelledby='opinions'>
      <h3 id='opinions'>{onCard.value.opinions}</h3>
      <ul>
        {opinions.map(({ of, action, because, text, given_at }) => (
          <li key={`${of.id} ${given_at}`}>
            <b>{of.name}</b> {action ? onCard.value.would[action] : onCard.value.wasAsked}
            {because.length > 0 && `: ${because.map(told).join(', ')}`}
            {text && <Words text={text} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
