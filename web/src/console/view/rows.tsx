import { useEffect, useRef } from 'preact/hooks';
import type { HoldView } from '../../shared/protocol.gen.ts';
import { say } from '../../text/say.ts';
import { isMine } from '../now.ts';
import { colleaguesAt, presence } from '../attention.ts';
import type { Desk } from '../desk.ts';
import { place } from '../order.ts';
import { outcome } from '../outcome.ts';
import { alive } from '../state.ts';
import { title } from '../titles.ts';
import { TimeLeft } from './time.tsx';
import { reveal, useWindow } from './window.ts';

/** Pixels; queue.css makes every row as high. */
const ROW = 64;
const SCROLLER = '.queue';

/** Of thousands of holds only those on the screen are drawn; the others are room above and below. */
export function Rows({ desk, list }: { desk: Desk; list: readonly HoldView[] }) {
  const here = useRef<HTMLOListElement>(null);
  const { first, last } = useWindow(here, SCROLLER, ROW, list.length);
  const chosen = list.findIndex(({ id }) => id === desk.looking.value?.id);
  useEffect(() => {
    if (here.current && chosen >= 0) reveal(here.current, SCROLLER, ROW, chosen);
  }, [desk.looking.value?.id]);
  const below = Math.max(0, list.length - last);
  return (
    <ol ref={here} style={{ paddingBlock: `${first * ROW}px ${below * ROW}px` }}>
      {list.slice(first, last).map((hold, at) => (
        <Row key={hold.id} desk={desk} hold={hold} at={first + at} of={list.length} />
      ))}
    </ol>
  );
}

function Row({ desk, hold, at, of }: { desk: Desk; hold: HoldView; at: number; of: number }) {
  const { queue } = say.value;
  const { looking, now } = desk;
  const chosen = looking.value?.id === hold.id;
  const { why, how } = place(hold, now.value, desk.state.value.usual);
  const ended = alive(hold) ? '' : outcome(hold, desk.state.value.me?.id ?? '');
  return (
    <li aria-posinset={at + 1} aria-setsize={of}>
      <button
        type='button'
        class={`row ${hold.state}`}
        aria-current={chosen}
        onClick={() => desk.look({ at: 'hold', id: hold.id })}
      >
        {alive(hold) ? <TimeLeft desk={desk} hold={hold} /> : <span class='time'>–</span>}
        <span class='what'>
          <span class='rules'>{title(hold.rules)}</span>
          {hold.impact === 'high' && (
            <span class='impact' title={queue.highImpact}>{queue.high}</span>
          )}
        </span>
        <span class='why' title={ended || `${why}. ${how}`}>
          {ended || wanted(desk, hold) || (at === 0 ? queue.first(why) : why)}
        </span>
        {!ended && <Owner desk={desk} hold={hold} />}
        <Here desk={desk} hold={hold} />
      </button>
    </li>
  );
}

/** What is asked of the person here, before anything else. */
function wanted(desk: Desk, hold: HoldView): string {
  const { me } = desk.state.value;
  if (me && hold.asked.includes(me.id)) return say.value.queue.opinion;
  const second = hold.proposal?.second === 'wanted' && !isMine(desk, hold.proposal.by);
  if (second && (!hold.escalated_by || me?.supervisor)) return say.value.queue.second;
  return hold.escalated_by ? say.value.queue.escalated(hold.escalated_by.name) : '';
}

function Owner({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const owner = hold.proposal?.by ?? hold.claimed_by;
  if (!owner) {
    return hold.draft_state === 'streaming'
      ? <span class='who'>{say.value.queue.writing}</span>
      : null;
  }
  return <span class='who claimed'>{isMine(desk, owner) ? say.value.queue.you : owner.name}</span>;
}

/** Colleagues at this hold, unless it is said already that it is theirs. */
function Here({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const here = colleaguesAt(desk, hold)
    .filter(({ who, doing }) => doing === 'editing' || who.id !== hold.claimed_by?.id);
  if (here.length === 0) return null;
  return <span class='here'>{here.map(presence).join(', ')}</span>;
}
