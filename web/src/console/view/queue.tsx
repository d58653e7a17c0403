import { useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { ConversationView, HoldView } from '../../shared/protocol.gen.ts';
import { isMine, next } from '../acts.ts';
import { colleaguesAt, presence } from '../attention.ts';
import type { Desk } from '../desk.ts';
import { frozen, inOrder, place } from '../order.ts';
import { outcome } from '../outcome.ts';
import { alive } from '../state.ts';
import { short, title } from '../titles.ts';
import { TimeLeft } from './time.tsx';

const ENDED = 6;

export function Queue({ desk }: { desk: Desk }) {
  const { holds, conversations } = desk.state.value;
  const ended = [...holds.values()].filter((hold) => !alive(hold)).slice(-ENDED).reverse();
  return (
    <nav class='queue' aria-label='Queue'>
      <button type='button' class='button main next' onClick={() => next(desk)}>
        Next <kbd>n</kbd>
      </button>
      <Waiting desk={desk} />
      {conversations.size > 0 && (
        <section aria-labelledby='talking'>
          <h2 id='talking'>People speaking</h2>
          <ul>
            {[...conversations.values()].map((one) => <Talk key={one.id} desk={desk} here={one} />)}
          </ul>
        </section>
      )}
      {ended.length > 0 && (
        <section aria-labelledby='ended'>
          <h2 id='ended'>Just ended</h2>
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
  const ordered = inOrder(desk.state.value.holds.values(), desk.now.value);
  const { list, waiting } = held.value && shown.current.length > 0
    ? frozen(ordered, shown.current)
    : { list: ordered, waiting: 0 };
  shown.current = list.map((hold) => hold.id);
  const hold = (on: boolean) => () => (held.value = on);
  return (
    <section
      aria-labelledby='waiting'
      onPointerEnter={hold(true)}
      onPointerLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <h2 id='waiting'>Waiting</h2>
      {waiting > 0 && (
        <button
          type='button'
          class='button news'
          onClick={() => (shown.current = [], held.value = false)}
        >
          {waiting} new
        </button>
      )}
      {list.length === 0 && <p class='none'>Nothing waits. New holds appear here by themselves.</p>}
      <ol>
        {list.map((hold, at) => <Row key={hold.id} desk={desk} hold={hold} first={at === 0} />)}
      </ol>
    </section>
  );
}

function Row({ desk, hold, first }: { desk: Desk; hold: HoldView; first: boolean }) {
  const { looking, now } = desk;
  const chosen = looking.value?.id === hold.id;
  const { why } = place(hold, now.value);
  return (
    <li>
      <button
        type='button'
        class={`row ${hold.state}`}
        aria-current={chosen}
        onClick={() => desk.look({ at: 'hold', id: hold.id })}
      >
        <TimeLeft desk={desk} hold={hold} />
        <span class='what'>
          <span class='rules'>{title(hold.rules)}</span>
          {hold.impact === 'high' && <span class='impact' title='high impact'>high</span>}
        </span>
        <span class='why'>{wanted(desk, hold) || (first ? `first: ${why}` : why)}</span>
        <Owner desk={desk} hold={hold} />
        <Here desk={desk} hold={hold} />
      </button>
    </li>
  );
}

/** What is asked of the person here, before anything else. */
function wanted(desk: Desk, hold: HoldView): string {
  const { me } = desk.state.value;
  if (me && hold.asked.includes(me.id)) return 'your opinion is wanted';
  const second = hold.proposal?.second === 'wanted' && !isMine(desk, hold.proposal.by);
  if (second) return 'needs a second person';
  return hold.escalated_by ? `escalated by ${hold.escalated_by.name}` : '';
}

function Owner({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const owner = hold.proposal?.by ?? hold.claimed_by;
  if (!owner) return hold.draft_state === 'streaming' ? <span class='who'>writing…</span> : null;
  return <span class='who claimed'>{isMine(desk, owner) ? 'you' : owner.name}</span>;
}

/** Colleagues at this hold, unless it is said already that it is theirs. */
function Here({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const here = colleaguesAt(desk, hold)
    .filter(({ who, doing }) => doing === 'editing' || who.id !== hold.claimed_by?.id);
  if (here.length === 0) return null;
  return <span class='here'>{here.map(presence).join(', ')}</span>;
}

function Talk({ desk, here }: { desk: Desk; here: ConversationView }) {
  const who = isMine(desk, here.owner) ? 'You' : here.owner?.name ?? 'Nobody: take it over';
  return (
    <li>
      <button
        type='button'
        class='row talk'
        aria-current={desk.looking.value?.id === here.id}
        onClick={() => desk.listen(here.id)}
      >
        <span class='what'>{who}</span>
        {here.away && <span class='who'>away</span>}
        <span class='why' title={here.id}>conversation {short(here.id)}</span>
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
