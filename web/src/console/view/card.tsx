import { onCard } from '../../text/card.ts';
import { say } from '../../text/say.ts';
import type { Card as CardView, HoldView } from '../../shared/protocol.gen.ts';
import { Words } from '../../shared/words.tsx';
import { cardNow, isMine } from '../now.ts';
import { colleaguesAt, presence } from '../attention.ts';
import type { Desk } from '../desk.ts';
import { arrival, outcome } from '../outcome.ts';
import { isBare } from '../first.ts';
import { fromMarks } from '../pointing.ts';
import { alive } from '../state.ts';
import { title } from '../titles.ts';
import { type Passage, passages } from '../texts.ts';
import { Actions } from './actions.tsx';
import { Back } from './back.tsx';
import { Changed } from './changed.tsx';
import { Claim } from './claim.tsx';
import { Context } from './context.tsx';
import { Deciding } from './deciding.tsx';
import { KnownBad, Passages, Samples } from './evidence.tsx';
import { First } from './first.tsx';
import { Reasons } from './reasons.tsx';
import { TimeLeft } from './time.tsx';

export function Card({ desk, id }: { desk: Desk; id: string }) {
  const card = cardNow(desk);
  const gone = desk.state.value.gone.get(`hold:${id}`);
  if (gone) {
    return (
      <main class='empty'>
        <p>{gone}</p>
      </main>
    );
  }
  if (!card) {
    return (
      <main class='empty' aria-busy='true'>
        <p>{say.value.app.loading}</p>
      </main>
    );
  }
  const { hold } = card;
  const bare = isBare(desk, card);
  return (
    <>
      <main class='card' aria-labelledby='card-title'>
        <Head desk={desk} hold={hold} />
        <div class='scroll' role='region' aria-label={onCard.value.heldAnswer} tabIndex={0}>
          <Customer text={card.customer_text} />
          <Answer card={card} />
          <Reasons card={card} bare={bare}>
            <First desk={desk} card={card} />
          </Reasons>
          <Samples desk={desk} card={card} />
          <KnownBad desk={desk} card={card} bare={bare} />
          <Passages card={card} />
          <Deciding desk={desk} card={card} />
          <Unsent desk={desk} hold={hold} />
        </div>
        <Changed desk={desk} card={card} />
        <Actions desk={desk} hold={hold} />
      </main>
      <Context desk={desk} card={card} />
    </>
  );
}

function Head({ desk, hold }: { desk: Desk; hold: HoldView }) {
  return (
    <div class='head'>
      <Back desk={desk} />
      <div>
        <h2 id='card-title'>{title(hold.rules)}</h2>
        <p class='sub'>
          {hold.impact === 'high' && <span class='impact'>{onCard.value.highImpact}</span>}
          <Claim desk={desk} hold={hold} says={owner(desk, hold)} />
          {hold.proposal?.second === 'wanted' && <span>{onCard.value.secondWanted}</span>}
          {hold.requeued && <span>{onCard.value.requeued}</span>}
          {hold.customer_left && <span>{onCard.value.customerLeft}</span>}
        </p>
        <Presences desk={desk} hold={hold} />
      </div>
      {alive(hold) && <TimeLeft desk={desk} hold={hold} bar />}
    </div>
  );
}

/** Colleagues who are here too: it is shown, and keeps nobody from anything. */
function Presences({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const here = colleaguesAt(desk, hold);
  return (
    <p class='presences' role='status'>
      {here.map((one) => (
        <span key={one.who.id} class={`chip ${one.doing} ${one.away ? 'away' : ''}`}>
          {presence(one)}
        </span>
      ))}
    </p>
  );
}

function owner(desk: Desk, hold: HoldView): string {
  if (!alive(hold)) return arrival(hold);
  if (!hold.claimed_by) return onCard.value.nobodyClaimed;
  return isMine(desk, hold.claimed_by)
    ? onCard.value.youClaimed
    : onCard.value.claimed(hold.claimed_by.name);
}

function Customer({ text }: { text: string }) {
  if (!text) return null;
  return (
    <section class='asked' aria-labelledby='asked'>
      <h3 id='asked'>{onCard.value.customer}</h3>
      <Words text={text} />
    </section>
  );
}

function Answer({ card }: { card: CardView }) {
  const { draft_state: state } = card.hold;
  return (
    <section class='answer' aria-labelledby='answer' aria-busy={state === 'streaming'}>
      <h3 id='answer'>
        {card.model ? onCard.value.answerOf(card.model) : onCard.value.answer}{' '}
        <span class={`draft ${state}`} role='status'>{onCard.value.draft[state]}</span>
        <code class='digest' title={`sha256 ${card.draft_sha256}`}>
          {card.draft_sha256.slice(0, 8)}
        </code>
      </h3>
      {passages(card).map((passage) => (
        <Text
          key={passage.field}
          passage={passage}
          state={state}
        />
      ))}
    </section>
  );
}

export function Text({ passage, state }: { passage: Passage; state: HoldView['draft_state'] }) {
  const { name, sent, pending, marks, skip } = passage;
  const pointing = fromMarks();
  return (
    <>
      {name && <h4>{name}</h4>}
      {sent && (
        <figure class='sent'>
          <figcaption>{onCard.value.sent}</figcaption>
          <Words text={sent} marks={marks} pointing={pointing} />
        </figure>
      )}
      {(pending || state === 'streaming') && (
        <figure class={`pending ${state}`}>
          <figcaption>{onCard.value.held}</figcaption>
          <Words text={pending} marks={marks} skip={skip} pointing={pointing} />
        </figure>
      )}
    </>
  );
}

/** What was typed here and overtaken by another decision is not lost. */
function Unsent({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const texts = desk.typed.of(hold.id);
  const { decision } = hold;
  const sent = decision?.action === 'edit' && isMine(desk, decision.by);
  if (!texts || !decision || sent) return null;
  return (
    <section class='unsent' aria-labelledby='unsent'>
      <h3 id='unsent'>
        {onCard.value.unsent(outcome(hold, desk.state.value.me?.id ?? ''))}
      </h3>
      {Object.entries(texts).map(([field, text]) => <Words key={field} text={text} />)}
    </section>
  );
}
