import { inOrder } from '../order.ts';
import { countdown } from '../../shared/countdown.ts';
import type { Desk } from '../desk.ts';
import type { Standing } from '../link.ts';

const STANDING: Record<Standing, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
  signed_out: 'Signed out',
  not_allowed: 'Not allowed',
};

export function Header({ desk }: { desk: Desk }) {
  const standing = desk.standing.value;
  const { me, people } = desk.state.value;
  const others = people.filter((one) => one.id !== me?.id);
  return (
    <header class='top'>
      <h1>hitl-chat</h1>
      <Figures desk={desk} />
      <p class={`standing ${standing}`} role='status'>{STANDING[standing]}</p>
      <ul class='people' aria-label='Colleagues online'>
        {others.map((one) => (
          <li key={one.id} class={one.away ? 'away' : ''}>
            {one.name}
            {one.away && <span class='unseen'>, away</span>}
          </li>
        ))}
      </ul>
      <button
        type='button'
        class='button plain presence'
        role='switch'
        aria-checked={!desk.away.value}
        onClick={() => desk.setAway(!desk.away.value)}
      >
        <span class='unseen'>At the desk:</span> {me?.name ?? desk.me.value?.name}
        <span class='knob' aria-hidden='true' />
        {desk.away.value ? 'Away' : 'Here'}
      </button>
      <button type='button' class='button plain' onClick={() => desk.show('keys')}>
        Keys <kbd>?</kbd>
      </button>
      <a class='button plain' href='/console/people'>People</a>
      <button type='button' class='button plain' onClick={() => desk.signOut()}>Sign out</button>
    </header>
  );
}

function Figures({ desk }: { desk: Desk }) {
  const waiting = inOrder(desk.state.value.holds.values(), desk.now.value);
  const since = Math.min(...waiting.map((hold) => hold.opened_at));
  return (
    <p class='figures'>
      <span role='status'>
        <b>{waiting.length}</b> waiting
      </span>
      {waiting.length > 0 && (
        <>
          , oldest <b>{countdown((desk.now.value - since) * 1000)}</b>
        </>
      )}
    </p>
  );
}
