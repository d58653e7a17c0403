import { onCard } from '../../text/card.ts';
import type { Card, CriteriaView, MessageView } from '../../shared/protocol.gen.ts';
import { blocks, type Run } from '../../shared/guidance.ts';
import { Words } from '../../shared/words.tsx';
import { owing } from '../colleagues.ts';
import type { Desk } from '../desk.ts';
import { short } from '../titles.ts';
import { CustomerFacts, Earlier, Trail } from './background.tsx';
import { At } from './time.tsx';

/** Beside the card: by which criteria to decide, and what was said before. */
export function Context({ desk, card }: { desk: Desk; card: Card }) {
  const { customer, earlier } = card.background;
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
      <Earlier desk={desk} holds={earlier} />
      {!owing(desk) && <Trail desk={desk} card={card} />}
    </aside>
  );
}

function Criteria({ rule, description, guidance, good, bad, limits }: CriteriaView) {
  return (
    <section class='criteria' aria-label={onCard.value.criteriaOf(rule)}>
      <h3>{description || rule}</h3>
      <Guidance text={guidance} />
      {limits.length > 0 && (
        <dl>
          {limits.map(([what, most]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{most}</dd>
            </div>
          ))}
        </dl>
      )}
      <Examples title={onCard.value.good} kind='good' texts={good} />
      <Examples title={onCard.value.bad} kind='bad' texts={bad} />
    </section>
  );
}

function Guidance({ text }: { text: string }) {
  return (
    <div class='guidance' dir='auto'>
      {blocks(text).map(({ kind, lines }, at) =>
        kind === 'list'
          ? (
            <ul key={at}>
              {lines.map((runs, at) => (
                <li key={at}>
                  <Line runs={runs} />
                </li>
              ))}
            </ul>
          )
          : (
            <div key={at}>
              {lines.map((runs, at) => (
                <p key={at}>
                  <Line runs={runs} />
                </p>
              ))}
            </div>
          )
      )}
    </div>
  );
}

function Line({ runs }: { runs: readonly Run[] }) {
  return (
    <>
      {runs.map(({ kind, text }, at) => {
        switch (kind) {
          case 'text':
            return text;
          case 'strong':
            return <strong key={at}>{text}</strong>;
          case 'emphasis':
            return <em key={at}>{text}</em>;
          case 'code':
            return <code key={at}>{text}</code>;
        }
      })}
    </>
  );
}

function Examples(
  { title, kind, texts }: { title: string; kind: string; texts: readonly string[] },
) {
  if (texts.length === 0) return null;
  return (
    <div class={`examples ${kind}`}>
      <h4>{title}</h4>
      <ul>
        {texts.map((text) => (
          <li key={text}>
            <Words text={text} />
          </li>
        ))}
      </ul>
    </div>
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
