import type { ComponentChildren } from 'preact';
import type { Action, HoldView } from '../../shared/protocol.gen.ts';
import * as acts from '../acts.ts';
import type { Desk } from '../desk.ts';
import { deed, outcome } from '../outcome.ts';
import { alive } from '../state.ts';

const DOING: Record<Action, string> = {
  approve: 'Approving…',
  edit: 'Sending your edit…',
  reject: 'Rejecting…',
  take_over: 'Taking over…',
};

export function Actions({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const sent = acts.underWay(desk, hold.id);
  const me = desk.state.value.me?.id ?? '';
  if (!alive(hold)) {
    return (
      <Bar says={`${outcome(hold, me)}.`}>
        <Button desk={desk} run={acts.takeOver} name='Take over' letter='t' />
        <Button desk={desk} run={acts.next} name='Next' letter='n' kind='main' />
      </Bar>
    );
  }
  if (sent) return <Bar says={DOING[sent]} />;
  if (hold.proposal) {
    return (
      <Bar says={`${deed(hold.proposal.by, hold.proposal.action, me)}. It is about to be sent.`} />
    );
  }
  if (desk.editing.value === hold.id) {
    return (
      <Bar>
        <Button desk={desk} run={acts.leaveEditor} name='Leave' letter='Esc' />
        <Button desk={desk} run={acts.sendEdit} name='Send edit' letter='Ctrl Enter' kind='main' />
      </Bar>
    );
  }
  const why = (action: Action) => acts.obstacle(desk, hold, action);
  return (
    <Bar says={why('approve')}>
      <Button desk={desk} run={acts.takeOver} name='Take over' letter='t' why={why('take_over')} />
      <Button
        desk={desk}
        run={acts.reject}
        name='Reject'
        letter='r'
        kind='bad'
        why={why('reject')}
      />
      <Button desk={desk} run={acts.edit} name='Edit' letter='e' why={why('edit')} />
      <Approve desk={desk} why={why('approve')} />
    </Bar>
  );
}

function Bar({ says = '', children }: { says?: string; children?: ComponentChildren }) {
  return (
    <div class='actions' role='group' aria-label='Decide'>
      <p role='status'>{says}</p>
      {children}
    </div>
  );
}

interface ButtonProps {
  readonly desk: Desk;
  readonly run: (desk: Desk) => void;
  readonly name: string;
  readonly letter: string;
  readonly kind?: '' | 'main' | 'good' | 'bad';
  readonly why?: string;
}

/** One that cannot be used now stays reachable, and says why when it is tried. */
function Button({ desk, run, name, letter, kind = '', why = '' }: ButtonProps) {
  return (
    <button
      type='button'
      class={`button ${kind}`}
      aria-disabled={why !== ''}
      onClick={() => run(desk)}
    >
      {name} <kbd aria-hidden='true'>{letter}</kbd>
    </button>
  );
}

/** Enter on this button does nothing: Tab and Enter by accident must not send an answer. */
function Approve({ desk, why }: { desk: Desk; why: string }) {
  return (
    <button
      type='button'
      class='button good'
      aria-disabled={why !== ''}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        desk.tell('To approve press a, or the space bar on this button.');
      }}
      onClick={() => acts.approve(desk)}
    >
      Approve <kbd aria-hidden='true'>a</kbd>
    </button>
  );
}
