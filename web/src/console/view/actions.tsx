import type { Action, HoldView } from '../../shared/protocol.gen.ts';
import * as acts from '../acts.ts';
import * as among from '../colleagues.ts';
import type { Desk } from '../desk.ts';
import { deed, outcome } from '../outcome.ts';
import { alive } from '../state.ts';
import { Because } from './because.tsx';
import { Approve, Bar, Button } from './buttons.tsx';

const DOING: Record<Action, string> = {
  approve: 'Approving…',
  edit: 'Sending your edit…',
  reject: 'Rejecting…',
  take_over: 'Taking over…',
};

export function Actions({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const sent = acts.underWay(desk, hold.id);
  if (!alive(hold)) {
    return (
      <Bar says={`${outcome(hold, desk.state.value.me?.id ?? '')}.`}>
        <Button desk={desk} run={acts.takeOver} name='Take over' of='take-over' />
        <Button desk={desk} run={acts.next} name='Next' of='next' kind='main' />
      </Bar>
    );
  }
  if (sent) return <Bar says={DOING[sent]} />;
  if (among.owing(desk)) return <Opinion desk={desk} hold={hold} />;
  if (hold.proposal) return <Proposed desk={desk} hold={hold} />;
  if (desk.editing.value === hold.id) return <Editing desk={desk} hold={hold} />;
  if (desk.rejecting.value === hold.id) return <Rejecting desk={desk} hold={hold} />;
  return <Decide desk={desk} hold={hold} />;
}

interface Props {
  readonly desk: Desk;
  readonly hold: HoldView;
}

function Decide({ desk, hold }: Props) {
  const why = (action: Action) => acts.obstacle(desk, hold, action);
  const two = hold.needs_second.filter((one) => one !== 'warned').join(' and ');
  const number = desk.together.value?.on ? desk.together.value.others.length + 1 : 1;
  const says = why('approve') || (two && `To ${two}, a second person must confirm.`) ||
    (number > 1 ? `Your decision is for all ${number}.` : '');
  return (
    <Bar says={says} above={<Because desk={desk} hold={hold} />}>
      <Button desk={desk} run={() => desk.show('palette')} name='More' of='palette' />
      <Button
        desk={desk}
        run={acts.takeOver}
        name='Take over'
        of='take-over'
        why={why('take_over')}
      />
      <Button
        desk={desk}
        run={acts.reject}
        name='Reject'
        of='reject'
        kind='bad'
        why={why('reject')}
      />
      <Button desk={desk} run={acts.edit} name='Edit' of='edit' why={why('edit')} />
      <Approve desk={desk} run={acts.approve} name='Approve' of='approve' why={why('approve')} />
    </Bar>
  );
}

function Rejecting({ desk, hold }: Props) {
  return (
    <Bar says='Choose a reason, or none.' above={<Because desk={desk} hold={hold} />}>
      <Button desk={desk} run={acts.back} name='Back' of='back' />
      <Button desk={desk} run={acts.reject} name='Reject without a reason' of='reject' kind='bad' />
    </Bar>
  );
}

function Editing({ desk, hold }: Props) {
  const two = hold.needs_second.includes('edit') ? 'A second person must confirm an edit.' : '';
  return (
    <Bar says={two} above={<Because desk={desk} hold={hold} />}>
      <Button desk={desk} run={acts.leaveEditor} name='Leave' of='leave' />
      <Button desk={desk} run={acts.sendEdit} name='Send edit' of='send' kind='main' />
    </Bar>
  );
}

/** A decision that was made and is not out yet: mine, or one that waits for somebody like me. */
function Proposed({ desk, hold }: Props) {
  const made = hold.proposal;
  if (!made) return null;
  const done = deed(made.by, made.action, desk.state.value.me?.id ?? '');
  if (made.second !== 'wanted') return <Bar says={`${done}. It is about to be sent.`} />;
  if (!among.seconding(desk)) {
    return (
      <Bar says={`${done}. Somebody else has to confirm it.`}>
        <Button desk={desk} run={acts.undo} name='Take it back' of='undo' />
      </Bar>
    );
  }
  const checking = made.recheck === 'pending' ? 'The checks are still reading it.' : '';
  return (
    <Bar says={`${done}. It needs a second person: you? ${checking}`}>
      <label class='why-note'>
        <span class='unseen'>Note for colleagues (optional)</span>
        <input
          autocomplete='off'
          dir='auto'
          placeholder='Note for colleagues (optional)'
          value={desk.why.note(hold.id)}
          onInput={({ currentTarget: { value } }) => desk.why.write(hold.id, value)}
        />
      </label>
      <Button desk={desk} run={among.decline} name='Decline' of='decline' kind='bad' />
      <Approve desk={desk} run={among.confirm} name='Confirm' of='confirm' why={checking} />
    </Bar>
  );
}

/** A colleague wants to know what I would do: recorded, and nothing is sent. */
function Opinion({ desk, hold }: Props) {
  return (
    <Bar
      says='A second opinion is wanted: what would you do? Nothing is sent.'
      above={<Because desk={desk} hold={hold} />}
    >
      <Button desk={desk} run={among.would('take_over')} name='I would take over' of='would-take' />
      <Button desk={desk} run={among.would('reject')} name='I would reject' of='would-reject' />
      <Button desk={desk} run={among.would('edit')} name='I would edit' of='would-edit' />
      <Button desk={desk} run={among.would('approve')} name='I would approve' of='would-approve' />
    </Bar>
  );
}
