import { useSignal } from '@preact/signals';
import { say } from '../../text/say.ts';
import { Pages } from '../../shared/pages.tsx';
import { countdown } from '../../shared/countdown.ts';
import type { Desk } from '../desk.ts';
import { KeyCap } from './keycap.tsx';

export function Header({ desk }: { desk: Desk }) {
  const standing = desk.standing.value;
  const { me, people } = desk.state.value;
  const { header } = say.value;
  const others = people.filter((one) => one.id !== me?.id);
  return (
    <header class='top'>
      <h1>hitl-chat</h1>
      <Figures desk={desk} />
      <p class={`standing ${standing}`} role='status'>{header.standing[standing]}</p>
      <ul class='people' aria-label={header.colleagues}>
        {others.map((one) => (
          <li key={one.id} class={one.away ? 'away' : ''}>
            {one.name}
            {one.away && <span class='unseen'>, {header.away}</span>}
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
        <span class='unseen'>{header.atTheDesk}</span>{' '}
        <span class='name'>{me?.name ?? desk.me.value?.name}</span>
        <span class='knob' aria-hidden='true' />
        {desk.away.value ? header.gone : header.here}
      </button>
      <More desk={desk} />
    </header>
  );
}

/** That rules do not count just now is on everybody's screen. */
export function Stopped({ desk }: { desk: Desk }) {
  const known: Readonly<Record<string, string>> = say.value.header.stop;
  const text = known[desk.state.value.stop];
  return <div role='status' class='stopped'>{text && <p>{text}</p>}</div>;
}

/** Beside each other where there is room, behind a button on a phone. */
function More({ desk }: { desk: Desk }) {
  const open = useSignal(false);
  const { header } = say.value;
  return (
    <>
      <button
        type='button'
        class='button plain menu'
        aria-expanded={open.value}
        aria-controls='more'
        onClick={() => (open.value = !open.value)}
      >
        {header.menu}
      </button>
      <div
        id='more'
        class={`more ${open.value ? 'open' : ''}`}
        onClick={() => (open.value = false)}
        onKeyDown={({ key }) => key === 'Escape' && (open.value = false)}
      >
        <Pages here='console' may={desk.me.value?.may ?? []} />
        <button type='button' class='button plain' onClick={() => desk.show('calls')}>
          {header.calls} <KeyCap desk={desk} of='calls' />
        </button>
        <button type='button' class='button plain' onClick={() => desk.show('keys')}>
          {header.keys} <KeyCap desk={desk} of='keys' />
        </button>
        <button type='button' class='button plain' onClick={() => desk.signOut()}>
          {header.signOut}
        </button>
      </div>
    </>
  );
}

function Figures({ desk }: { desk: Desk }) {
  const waiting = desk.queue.value;
  const since = waiting.reduce((first, hold) => Math.min(first, hold.opened_at), Infinity);
  const { header } = say.value;
  return (
    <p class='figures'>
      <span role='status'>
        <b>{waiting.length}</b> {header.waiting}
      </span>
      {waiting.length > 0 && (
        <>
          , {header.oldest} <b>{countdown((desk.now.value - since) * 1000)}</b>
        </>
      )}
    </p>
  );
}
