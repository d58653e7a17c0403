import { onCard } from '../../text/card.ts';
import type { Card, MessageView } from '../../shared/protocol.gen.ts';
import { Words } from '../../shared/words.tsx';
import { owing } from '../now.ts';
import type { Desk } from '../desk.ts';
import { onEvidence } from '../../text/evidence.ts';
import { short } from '../titles.ts';
import { CustomerFacts, Earlier, Trail } from './background.tsx';
import { Criteria } from './criteria.tsx';
import { At } from './time.tsx';

/** Beside the card: by which criteria to decide, and what was said before. */
export function Context({ desk, card }: { desk: Desk; card: Card }) {
  const { customer, earlier, past } = card.background;
  return (
    <aside class='context' aria-label={onCard.value.beside} tabIndex={0}>
      <CustomerFacts facts={customer} />
      {card.criteria.map((one) => <Criteria key={one.rule} {...one} />)}
      <section aria-labelledby='said'>
        <h3 id='said'>{onCard.value.conversation}</h3>
        {card.messages.length === 0
          ? <p class='none'>{onCard.value.firstMessage}</p>
          : <Messages messages={card.messages} />}
        <p class='check' title={card.hold.conversation}>{short(card.hold.conversation)}</p>
      </section>
      <Earlier desk={desk} name='earlier' title={onEvidence.value.earlier} holds={earlier} />
      <Earlier desk={desk} name='past' title={onEvidence.value.past} holds={past} />
      {!owing(desk) && <Trail desk={desk} card={card} />}
    </aside>
  );
}

export function Messages({ messages }: { messages: readonly MessageView[] }) {
  return (
    <ol class='messages'>
      {messages.map((message) => <Message key={message.id} {...message} />)}
    </ol>
  );
}

function Message({ author, name, text, at, delivered }: MessageView) {
  const authors: Record<string, string> = onCard.value.authors;
  return (
    <li class={`message ${author}`}>
      <p class='by'>
        <b>{name || (authors[author] ?? author)}</b> <At seconds={at} />
        {author === 'human' && !delivered && <span>{onCard.value.undelivered}</span>}
      </p>
      {text === null ? <p class='none'>{onCard.value.erased}</p> : <Words text={text} />}
    </li>
  );
}
