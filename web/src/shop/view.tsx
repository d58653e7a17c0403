import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Bubble, Chat, Waiting } from './chat.ts';

const EXAMPLES = [
  'What are your opening hours?',
  'My lamp arrived damaged.',
  'Can I cook on the Ember stove in the tent?',
  'Can I get money back for a gift card?',
];

const STATUS: Record<Waiting, string> = {
  '': '',
  thinking: 'Wick is writing…',
  checking: 'Checking this answer…',
  held: 'A colleague is checking this answer.',
  person: '',
};

export interface Props {
  readonly chat: ReadonlySignal<Chat>;
  readonly send: (text: string) => void;
}

export function Shop({ chat, send }: Props) {
  const { bubbles, agent, queued } = chat.value;
  return (
    <main class='shop'>
      <header>
        <Lantern />
        <div>
          <h1>Moss &amp; Lantern</h1>
          <p>{agent ? `You are talking with ${agent}` : 'Wick, AI assistant · scripted demo'}</p>
        </div>
      </header>
      <section class='talk' aria-label='Conversation'>
        <p class='hello'>
          Hello! I'm Wick. I know our camping and home range, orders and returns.
        </p>
        {bubbles.length === 0 && (
          <ul class='examples' aria-label='Examples'>
            {EXAMPLES.map((text) => (
              <li key={text}>
                <button type='button' onClick={() => send(text)}>{text}</button>
              </li>
            ))}
          </ul>
        )}
        <div role='log' aria-label='Messages'>
          {bubbles.map((bubble, at) => <Said key={at} {...bubble} />)}
          {queued.map((text, at) => <Said key={`queued ${at}`} author='customer' text={text} />)}
        </div>
        <Status chat={chat.value} />
        <End follows={chat.value} />
      </section>
      <Ask send={send} />
      <p class='disclosure'>Wick is an AI assistant. People check some of its answers.</p>
    </main>
  );
}

function Said({ author, text, name, note }: Bubble) {
  return (
    <div class={`said ${author}`}>
      {name && <p class='name'>{name}</p>}
      <bdi class='words' dir='auto'>{text}</bdi>
      {note && <p class='note'>{note}</p>}
    </div>
  );
}

function Status({ chat }: { chat: Chat }) {
  const text = chat.typing ? `${chat.agent} is typing…` : STATUS[chat.waiting];
  return (
    <p class={`status ${chat.waiting}`} role='status'>
      {text && <span class='dots' aria-hidden='true' />}
      {text}
    </p>
  );
}

/** Keeps the newest words in sight. */
function End({ follows }: { follows: Chat }) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: 'end' }), [follows]);
  return <div ref={here} />;
}

function Ask({ send }: { send: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = input.current?.value.trim() ?? '';
    if (!input.current || !text) return;
    input.current.value = '';
    send(text);
  };
  return (
    <form class='ask' onSubmit={submit}>
      <label class='unseen' for='message'>Message</label>
      <input
        id='message'
        ref={input}
        autocomplete='off'
        maxLength={2000}
        placeholder='Ask about tents, lamps, returns…'
      />
      <button class='button main' type='submit'>Send</button>
    </form>
  );
}

function Lantern() {
  return (
    <svg viewBox='0 0 32 32' width='36' height='36' aria-hidden='true'>
      <path d='M11 9h10M16 3v3M12 9l-2 14h12L20 9M9 23h14v4H9z' class='frame' />
      <path d='M16 13c3 4 2 7 0 7s-3-3 0-7z' class='flame' />
    </svg>
  );
}
