import { useEffect, useRef } from 'preact/hooks';
import type { ConversationView, HoldView } from '../../shared/protocol.gen.ts';
import { say } from '../../text/say.ts';
import { next } from '../going.ts';
import { isMine } from '../now.ts';
import { unread } from '../unread.ts';
import type { Desk } from '../desk.ts';
import { outcome } from '../outcome.ts';
import { alive } from '../state.ts';
import { short, title } from '../titles.ts';
import { KeyCap } from './keycap.tsx';
import { Rows } from './rows.tsx';

const ENDED = 6;

export function Queue({ desk }: { desk: Desk }) {
  const { holds, conversations } = desk.state.value;
  const { queue } = say.value;
  const ended = [...holds.values()].filter((hold) => !alive(hold)).slice(-ENDED).reverse();
  return (
    <nav class='queue' aria-label={queue.label}>
      <button type='button' class='button main next' onClick={() => next(desk)}>
        {queue.next} <KeyCap desk={desk} of='next' />
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
  const { still } = desk;
  const { list, waiting } = still.shown.value;
  const { queue } = say.value;
  const here = useRef<HTMLElement>(null);
  useEffect(() => { // a row that goes takes the focus with it, and no event says so
    if (!here.current?.contains(document.activeElement)) still.focused.value = false;
  });
  const refresh = ({ detail }: MouseEvent) => {
    still.refresh();
    const first = () => here.current?.querySelector<HTMLElement>('ol button')?.focus();
    if (detail === 0) desk.around.later(0, first); // by a key: the button that has the focus goes
  };
  return (
    <section
      ref={here}
      aria-labelledby='waiting'
      onPointerMove={() => (still.pointed.value = true)}
      onPointerLeave={() => (still.pointed.value = false)}
      onFocusIn={({ target }) => { // by keys: who has clicked a row has gone on from it
        still.focused.value = target instanceof Element && target.matches(':focus-visible');
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        const stays = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
        if (!stays) still.focused.value = false;
      }}
    >
      <div class='above'>
        <h2 id='waiting'>{queue.waiting}</h2>
        {waiting > 0 && (
          <button type='button' class='button news' onClick={refresh}>
            {queue.fresh(waiting)}
          </button>
        )}
      </div>
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
