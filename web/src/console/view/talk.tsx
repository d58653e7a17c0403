import { onCard } from '../../text/card.ts';
import { say as texts } from '../../text/say.ts';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ConversationView, MessageView, Talk as TalkView } from '../../shared/protocol.gen.ts';
import { countdown } from '../../shared/countdown.ts';
import { handBackNote, handBackWithNote, say, takeOver } from '../acts.ts';
import { isMine } from '../now.ts';
import { waiting } from '../unread.ts';
import type { Desk } from '../desk.ts';
import { unseen, type Waiting } from '../outbox.ts';
import { nextWords } from '../suggest.ts';
import { short } from '../titles.ts';
import { passages, words } from '../texts.ts';
import { typist } from '../typing.ts';
import { append, write, written } from '../unsent.ts';
import { Area } from './area.tsx';
import { Back } from './back.tsx';
import { Text } from './card.tsx';
import { Messages } from './context.tsx';
import { KeyCap } from './keycap.tsx';
import { Notes } from './notes.tsx';
import { Words as Plain } from '../../shared/words.tsx';
import { Words } from './suggestion.tsx';

/** Pixels from its end: whoever is there reads what comes. */
const NEAR = 80;

/** A conversation that a person speaks in, live. */
export function Talk({ desk, id }: { desk: Desk; id: string }) {
  const talk = desk.state.value.talks.get(id);
  const last = talk?.messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && desk.see(id, last);
    look();
    document.addEventListener('visibilitychange', look); // what came meanwhile is seen then
    return () => document.removeEventListener('visibilitychange', look);
  }, [id, last]);
  const gone = desk.state.value.gone.get(`conv:${id}`);
  if (gone) {
    return (
      <main class='empty'>
        <p>{gone}</p>
      </main>
    );
  }
  if (!talk) {
    return (
      <main class='empty' aria-busy='true'>
        <p>{texts.value.app.loading}</p>
      </main>
    );
  }
  const here = talk.conversation;
  const mine = isMine(desk, here.owner);
  const typing = desk.state.value.typing.get(id);
  return (
    <main class='card talk-pane' aria-labelledby='talk-title'>
      <div class='head'>
        <Back desk={desk} />
        <div>
          <h2 id='talk-title'>{title(here, mine)}</h2>
          <p class='sub' title={here.id}>
            {texts.value.queue.conversation(short(here.id))}
            {here.human && <Standing desk={desk} talk={talk} />}
          </p>
        </div>
      </div>
      <Unfinished desk={desk} here={here} mine={mine} />
      <Log messages={talk.messages} sending={unseen(desk.waiting.value, id, talk.messages)} />
      <Notes desk={desk} notes={talk.notes} />
      <p class='typing' role='status'>{types(typing?.name, here, mine)}</p>
      {mine ? <Composer desk={desk} here={here} /> : (
        <>
          <Unsaid desk={desk} id={id} />
          <Listener desk={desk} here={here} />
        </>
      )}
    </main>
  );
}

/** Who waits for whom. The minutes are not announced: they change all the time. */
function Standing({ desk, talk }: { desk: Desk; talk: TalkView }) {
  const state = waiting(talk, desk.state.value.here.get(talk.conversation.id));
  if (state.for === 'customer') {
    return (
      <span role='status'>
        {state.gone ? onCard.value.gone : onCard.value.answered}
      </span>
    );
  }
  return (
    <>
      <span role='status'>{state.gone ? onCard.value.left : onCard.value.waits}</span>
      <span role='timer'>{countdown((desk.now.value - state.since) * 1000)}</span>
    </>
  );
}

function title(here: ConversationView, mine: boolean): string {
  if (mine) return onCard.value.youSpeak;
  if (!here.human) return onCard.value.assistantSpeaks;
  return here.owner ? onCard.value.speaks(here.owner.name) : onCard.value.nobodySpeaks;
}

/** The assistant's answer that was cut short by the takeover: what was read of it, what was not. */
function Unfinished({ desk, here, mine }: { desk: Desk; here: ConversationView; mine: boolean }) {
  const card = desk.state.value.cards.get(desk.looking.value?.hold ?? '');
  if (!here.human || card?.hold.decision?.action !== 'take_over') return <div />;
  const texts = passages(card);
  const unsent = words(card);
  return (
    <details class='unfinished' open>
      <summary>{onCard.value.unfinished}</summary>
      {texts.map((passage) => <Text key={passage.field} passage={passage} state='whole' />)}
      {mine && unsent && (
        <button
          type='button'
          class='button'
          onClick={() => append(desk, here.id, unsent)}
        >
          {onCard.value.useHeld}
        </button>
      )}
    </details>
  );
}

function Log(
  { messages, sending }: { messages: readonly MessageView[]; sending: readonly Waiting[] },
) {
  const end = useRef<HTMLDivElement>(null);
  const follows = useRef(true); // until somebody scrolls up to read what was said before
  useEffect(() => {
    if (follows.current || sending.length > 0) end.current?.scrollIntoView({ block: 'end' });
  }, [messages, sending.length]);
  return (
    <div
      class='scroll'
      role='log'
      aria-label={onCard.value.conversation}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      <Messages messages={messages} />
      {sending.map(({ id, cmd, late }) => (
        <p key={id} class='message human sending'>
          <bdi class='words' dir='auto'>{cmd.do === 'say' && cmd.text}</bdi>{' '}
          <span class='check'>{late ? onCard.value.mayBeSent : onCard.value.sending}</span>
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}

function Composer({ desk, here }: { desk: Desk; here: ConversationView }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const types = useTyping(desk, here);
  useEffect(() => box.current?.focus(), [here.id]);
  const leave = () => document.querySelector<HTMLElement>('.talk-pane > .scroll')?.focus();
  const send = () => {
    say(desk, desk.typed.of(here.id)?.['text'] ?? '');
    types(false);
  };
  return (
    <div class='composer'>
      <Words desk={desk} about={here.id} />
      <label>
        <span class='unseen'>{onCard.value.message}</span>
        <Area
          desk={desk}
          box={box}
          rows={2}
          placeholder={onCard.value.write}
          value={desk.typed.of(here.id)?.['text'] ?? ''}
          write={(text) => {
            write(desk, here.id, text);
            types(text !== '');
          }}
          onBlur={() => types(false)}
          onKeyDown={(event) => {
            if (event.isComposing || event.shiftKey) return;
            if (event.key === 'Enter') send();
            else if (event.key === 'Escape') leave(); // what is written stays; keys are keys again
            else return;
            event.preventDefault();
          }}
        />
      </label>
      <button type='button' class='button main' onClick={send}>
        {onCard.value.send} <kbd aria-hidden='true'>Enter</kbd>
      </button>
      <HandBack desk={desk} here={here} />
    </div>
  );
}

function HandBack({ desk, here }: { desk: Desk; here: ConversationView }) {
  return (
    <div class='hand-back'>
      <button type='button' class='button' onClick={() => void nextWords(desk)}>
        {onCard.value.suggest} <KeyCap desk={desk} of='next-words' />
      </button>
      <label>
        <span class='unseen'>{onCard.value.handBackNote}</span>
        <input
          autocomplete='off'
          placeholder={onCard.value.handBackOptional}
          value={handBackNote(desk)}
          onInput={({ currentTarget: { value } }) =>
            desk.typed.put(`note:${here.id}`, { note: value })}
        />
      </label>
      <button type='button' class='button' onClick={() => handBackWithNote(desk)}>
        {onCard.value.handBack} <KeyCap desk={desk} of='hand-back' />
      </button>
    </div>
  );
}

/** What one wrote while one spoke here: somebody else speaks now. */
function Unsaid({ desk, id }: { desk: Desk; id: string }) {
  const text = written(desk, id);
  if (!text.trim()) return null;
  return (
    <section class='unsent' aria-labelledby='unsaid'>
      <h3 id='unsaid'>{onCard.value.notSaid}</h3>
      <Plain text={text} />
      <button type='button' class='button plain' onClick={() => desk.typed.drop(id)}>
        {onCard.value.dismiss}
      </button>
    </section>
  );
}

function Listener({ desk, here }: { desk: Desk; here: ConversationView }) {
  return (
    <div class='actions' role='group' aria-label={onCard.value.conversation}>
      <p role='status'>{here.unattended ? onCard.value.unattended : ''}</p>
      <button type='button' class='button' onClick={() => takeOver(desk)}>
        {onCard.value.takeOver} <KeyCap desk={desk} of='take-over' />
      </button>
    </div>
  );
}

/** Tells the customer whether somebody types. */
function useTyping(desk: Desk, { id, epoch }: ConversationView): (on: boolean) => void {
  return useMemo(() => {
    const tell = (on: boolean) => desk.mention({ do: 'typing', conversation: id, epoch, on });
    return typist(tell, desk.around.later);
  }, [id, epoch]);
}

/** Nobody's name is the customer's. Only who speaks types; what one types oneself is no news. */
function types(name: string | undefined, { owner }: ConversationView, mine: boolean): string {
  if (name === '') return onCard.value.customerTypes;
  return name && !mine && owner?.name === name ? onCard.value.types(name) : '';
}
