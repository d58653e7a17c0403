import { onCard } from '../../text/card.ts';
import { say } from '../../text/say.ts';
import type { ComponentChildren } from 'preact';
import type { Desk } from '../desk.ts';
import { KeyCap } from './keycap.tsx';
import { useRoom } from './room.ts';

export function Bar(
  { says = '', above, children }: {
    says?: string;
    above?: ComponentChildren;
    children?: ComponentChildren;
  },
) {
  const here = useRoom();
  return (
    <div ref={here} class='actions' role='group' aria-label={onCard.value.decide} tabIndex={-1}>
      {above}
      <p role='status'>{says}</p>
      {children}
    </div>
  );
}

interface ButtonProps {
  readonly desk: Desk;
  readonly run: (desk: Desk) => void;
  readonly name: string;
  /** The command of the registry whose key is shown. */
  readonly of: string;
  readonly kind?: '' | 'main' | 'good' | 'bad';
  readonly why?: string;
}

/** One that cannot be used now stays reachable, and says why when it is tried. */
export function Button({ desk, run, name, of, kind = '', why = '' }: ButtonProps) {
  return (
    <button
      type='button'
      class={`button ${kind}`}
      data-of={of}
      aria-disabled={why !== ''}
      onClick={() => run(desk)}
    >
      {name} <KeyCap desk={desk} of={of} />
    </button>
  );
}

/** Enter on this button does nothing: Tab and Enter by accident must not send an answer. */
export function Approve({ desk, run, name, of, why = '' }: ButtonProps) {
  const key = desk.keys.shown(of);
  return (
    <button
      type='button'
      class='button good'
      aria-disabled={why !== ''}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        const { notices } = say.value;
        desk.tell(key ? notices.spaceOrKey(name, key) : notices.space(name));
      }}
      onClick={() => run(desk)}
    >
      {name} <KeyCap desk={desk} of={of} />
    </button>
  );
}
