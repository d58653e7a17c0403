import { useEffect, useRef } from 'preact/hooks';
import type { Mark } from '../shared/marks.ts';
import type { ReviewCard } from '../shared/protocol.gen.ts';
import { Words } from '../shared/words.tsx';
import { onLane } from '../text/lane.ts';
import { say } from '../text/say.ts';
import { Around, Because, cause, marksOf } from './because.tsx';
import { KeyCap } from './cheats.tsx';
import { type Lane, verdict } from './model.ts';

export function Answer({ lane }: { lane: Lane }) {
  const card = lane.card.value;
  const texts = onLane.value;
  if (!card) {
    return (
      <section class='answer empty' aria-label={texts.answer}>
        <Problem lane={lane} />
        <p>
          {texts.choose} <KeyCap lane={lane} of='down' />
        </p>
      </section>
    );
  }
  return (
    <section class='answer' aria-label={texts.answer}>
      <Told card={card} />
      <Problem lane={lane} />
      <Note lane={lane} />
      {lane.text.value === null ? <Verdicts lane={lane} card={card} /> : <Correction lane={lane} />}
    </section>
  );
}

function Problem({ lane }: { lane: Lane }) {
  const problem = lane.problem.value;
  return problem ? <p class='problem' role='alert'>{problem}</p> : null;
}

function Told({ card }: { card: ReviewCard }) {
  const texts = onLane.value;
  const { review, decision } = card;
  return (
    <>
      {review.causes.length > 0 && <p class='causes'>{review.causes.map(cause).join(' · ')}</p>}
      {decision && (
        <p class='causes'>{texts.decision(decision.by.name, verdict(decision.action))}</p>
      )}
      {review.by && <p class='causes'>{texts.reviewed(review.by.name, verdict(review.verdict))}</p>}
      <Part title={texts.question} text={card.question} />
      <Part title={texts.answer} text={card.answer} marks={marksOf(card)} main />
      <Because card={card} />
      <Part title={texts.correction} text={card.correction ?? ''} />
      {review.proposed_by && (
        <Part
          title={texts.proposed(review.proposed_by.name)}
          text={card.proposed ?? texts.erased}
        />
      )}
      <Part title={texts.complaint} text={card.complaint} />
      <Part title={texts.note} text={card.note ?? ''} />
      <Around card={card} />
    </>
  );
}

function Part({ title, text, main, marks = [] }: {
  title: string;
  text: string;
  main?: boolean;
  marks?: readonly Mark[];
}) {
  if (!text) return null;
  return (
    <div class={main ? 'part main' : 'part'}>
      <h2>{title}</h2>
      <Words text={text} marks={marks} />
    </div>
  );
}

function Note({ lane }: { lane: Lane }) {
  return (
    <label class='field'>
      {onLane.value.note}
      <input
        value={lane.note.value}
        maxLength={2000}
        dir='auto'
        onInput={(event) => lane.note.value = event.currentTarget.value}
      />
    </label>
  );
}

function Verdicts({ lane, card }: { lane: Lane; card: ReviewCard }) {
  const texts = onLane.value;
  return (
    <p class='verdicts'>
      <button type='button' class='button' onClick={() => void lane.say('fine')}>
        {texts.fine} <KeyCap lane={lane} of='fine' />
      </button>
      <button type='button' class='button' onClick={() => void lane.say('wrong')}>
        {texts.wrong} <KeyCap lane={lane} of='wrong' />
      </button>
      {!card.review.id.startsWith('msg_') && (
        <button
          type='button'
          class='button correct'
          onClick={() => lane.correct()}
        >
          {texts.correct} <KeyCap lane={lane} of='correct-now' />
        </button>
      )}
    </p>
  );
}

function Correction({ lane }: { lane: Lane }) {
  const { app } = say.value;
  const texts = onLane.value;
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.focus();
    return () => requestAnimationFrame(back); // the box is gone by then
  }, []);
  return (
    <form
      class='correction'
      onSubmit={(event) => {
        event.preventDefault();
        void lane.say('correct');
      }}
    >
      <label class='field'>
        {texts.text}
        <textarea
          ref={box}
          rows={4}
          dir='auto'
          value={lane.text.value ?? ''}
          onInput={(event) => lane.text.value = event.currentTarget.value}
        />
      </label>
      <p class='hint'>{lane.confirms() ? texts.confirmHow : texts.textHow}</p>
      <p class='verdicts'>
        <button type='submit' class='button main'>
          {sending(lane)} <kbd>Ctrl+Enter</kbd>
        </button>
        <button type='button' class='button' onClick={() => lane.text.value = null}>
          {app.cancel} <kbd>Esc</kbd>
        </button>
      </p>
    </form>
  );
}

/** Whoever gave a correction up is where they began it. */
function back(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('.verdicts .correct')?.focus();
}

function sending(lane: Lane): string {
  const texts = onLane.value;
  if (lane.meant()) return texts.anyway;
  return lane.confirms() ? texts.confirm : texts.send;
}
