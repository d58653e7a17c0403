import { useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { ConversationView, HoldView } from '../../shared/protocol.gen.ts';
import { say } from '../../text/say.ts';
import { isMine, next } from '../acts.ts';
import { unread } from '../unread.ts';
import type { Desk } from '../desk.ts';
import { frozen } from '../order.ts';
import { outcome } from '../outcome.ts';
import { alive } from '../state.ts';
import { short, title } from '../titles.ts';
import { Rows } from './rows.tsx';

const ENDED = 6;

export function Queue({ desk }: { desk: Desk }) {
  const { holds, conversations } = desk.state.value;
  const { queue } = say.value;
  const ended = [...holds.values()].filter((hold) => !alive(hold)).slice(-ENDED).reverse();
  return (
    <nav class='queue' aria-label={queue.label}>
      <button type='button' class='button main next' onClick={() => next(desk)}>
        {queue.next} <kbd>n</kbd>
      </button>
      <Waiting desk={desk} />
      {conversations.size > 0 && (
        <section aria-labelledby='talking'>
          <h2 id='talking'>{queue.speaking}</h2>
          <ul>
            {[...conversations.values()].map((one) => <Talk key={one.id} desk={desk} here={one} />)}
          </ul>
        </section>
      )}
      {ended.length > 0 && (
        <section aria-labelledby='ended'>
          <h2 id='ended'>{queue.ended}</h2>
          <ul>{ended.map((hold) => <Ended key={hold.id} desk={desk} hold={hold} />)}</ul>
        </section>
      )}
    </nav>
  );
}

/** Rows do not move while somebody points at them: what came since waits behind a button. */
function Waiting({ desk }: { desk: Desk }) {
  const held = useSignal(false);
  const shown = useRef<string[]>([]);
  const ordered = desk.queue.value;
  const { list, waiting } = held.value && shown.current.length > 0
    ? frozen(ordered, shown.current)
    : { list: ordered, waiting: 0 };
  shown.current = list.map((hold) => hold.id);
  const hold = (on: boolean) => () => (held.value = on);
  const { queue } = say.value;
  return (
    <section
      aria-labelledby='waiting'
      onPointerEnter={hold(true)}
      onPointerLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <h2 id='waiting'>{queue.waiting}</h2>
      {waiting > 0 && (
        <button
          type='button'
          class='button news'
          onClick={() => (shown.current = [], held.value = false)}
        >
          {queue.fresh(waiting)}
        </button>
      )}
      {list.length === 0 && <p class='none'>{queue.none}</p>}
      <Rows desk={desk} list={list} />
    </section>
  );
}

function Talk({ desk, here }: { desk: Desk; here: ConversationView }) {
  const { queue, header } = say.value;
  const talk = desk.state.value.talks.get(here.id);
  const news = isMine(desk, here.owner) ? unread(talk, desk.seen.value[here.id] ?? 0) : 0;
  const who = isMine(desk, here.owner) ? queue.You : here.owner?.name ?? queue.nobody;
  return (
    <li>
      <button
        type='button'
        class='row talk'
        aria-current={desk.looking.value?.id === here.id}
        onClick={() => desk.listen(here.id)}
      >
        <span class='what'>{who}</span>
        {here.away && <span class='who'>{header.away}</span>}
        {news > 0 && <span class='who unread'>{queue.fresh(news)}</span>}
        <span class='why' title={here.id}>{queue.conversation(short(here.id))}</span>
      </button>
    </li>
  );
}

function Ended({ desk, hold }: { desk: Desk; hold: HoldView }) {
  return (
    <li>
      <button
        type='button'
        class='row ended'
        aria-current={desk.looking.value?.id === hold.id}
        onClick={() => desk.look({ at: 'hold', id: hold.id })}
      >
        <span class='what'>{title(hold.rules)}</span>
        <span class='why'>{outcome(hold, desk.state.value.me?.id ?? '')}</span>
      </button>
    </li>
  );
}
