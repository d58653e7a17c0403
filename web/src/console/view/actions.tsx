import { onCard } from '../../text/card.ts';
import type { Action, HoldView } from '../../shared/protocol.gen.ts';
import * as acts from '../acts.ts';
import { asks } from '../asking.ts';
import * as among from '../colleagues.ts';
import { correcting } from '../correcting.ts';
import type { Desk } from '../desk.ts';
import { edit, editCanned, leaveEditor, sendEdit } from '../editing.ts';
import { next } from '../going.ts';
import { isMine, owing, supervisors, underWay } from '../now.ts';
import { deed, outcome } from '../outcome.ts';
import { isPuttingBack } from '../putback.ts';
import { alive } from '../state.ts';
import { undo } from '../undoing.ts';
import { Because, WhyBack, WhyNote } from './because.tsx';
import { Approve, Bar, Button } from './buttons.tsx';
import { useRef } from 'preact/hooks';
import { useFocusKept } from './focus.ts';
import { KeyCap } from './keycap.tsx';

export function Actions({ desk, hold }: { desk: Desk; hold: HoldView }) {
  const sent = underWay(desk, hold.id);
  useFocusKept('.card > .actions', mode(desk, hold, sent));
  if (!alive(hold)) {
    return (
      <Bar says={`${outcome(hold, desk.state.value.me?.id ?? '')}.`}>
        <Button desk={desk} run={acts.takeOver} name={onCard.value.takeOver} of='take-over' />
        <Button desk={desk} run={next} name={onCard.value.next} of='next' kind='main' />
      </Bar>
    );
  }
  if (sent) return <Bar says={onCard.value.doing[sent]} />;
  if (owing(desk)) return <Opinion desk={desk} hold={hold} />;
  if (hold.proposal) return <Proposed desk={desk} hold={hold} />;
  if (desk.editing.value === hold.id) return <Editing desk={desk} hold={hold} />;
  if (asks(desk, 'reject', hold)) return <Rejecting desk={desk} hold={hold} />;
  if (isPuttingBack(desk, hold)) return <PuttingBack desk={desk} />;
  return <Decide desk={desk} hold={hold} />;
}

/** Which buttons there are: named like the command that leads to them, where one does. */
function mode(desk: Desk, hold: HoldView, sent: Action | null): string {
  if (!alive(hold) || sent || hold.proposal) return `${hold.state} ${sent}`;
  if (owing(desk)) return 'owing';
  if (desk.editing.value === hold.id) return 'edit';
  if (isPuttingBack(desk, hold)) return 'put-back';
  return asks(desk, 'reject', hold) ? 'reject' : '';
}

interface Props {
  readonly desk: Desk;
  readonly hold: HoldView;
}

function Decide({ desk, hold }: Props) {
  const why = (action: Action) => acts.obstacle(desk, hold, action);
  const two = hold.needs_second.filter((one) => one !== 'warned').map(told).join(onCard.value.and);
  const number = desk.together.value?.on ? desk.together.value.others.length + 1 : 1;
  const says = why('approve') || (two && onCard.value.secondFor(two)) ||
    (number > 1 ? onCard.value.forAll(number) : '');
  return (
    <Bar says={says} above={<Because desk={desk} hold={hold} />}>
      <Button desk={desk} run={() => desk.show('palette')} name={onCard.value.more} of='palette' />
      <Button
        desk={desk}
        run={acts.takeOver}
        name={onCard.value.takeOver}
        of='take-over'
        why={why('take_over')}
      />
      <Button
        desk={desk}
        run={acts.reject}
        name={onCard.value.reject}
        of='reject'
        kind='bad'
        why={why('reject')}
      />
      <Button desk={desk} run={edit} name={onCard.value.edit} of='edit' why={why('edit')} />
      <Approve
        desk={desk}
        run={acts.approve}
        name={onCard.value.approve}
        of='approve'
        why={why('approve')}
      />
    </Bar>
  );
}

/** What a second person confirms, in the words of its button. */
function told(what: string): string {
  const { approve, edit, reject } = onCard.value;
  const names: Record<string, string> = { approve, edit, reject };
  return (names[what] ?? what).toLowerCase();
}

function Rejecting({ desk, hold }: Props) {
  const above = (
    <>
      <Because desk={desk} hold={hold} />
      <Instead desk={desk} />
    </>
  );
  return (
    <Bar says={onCard.value.chooseReason} above={above}>
      <Button desk={desk} run={acts.back} name={onCard.value.back} of='back' />
      <Button
        desk={desk}
        run={acts.reject}
        name={onCard.value.rejectPlain}
        of='reject'
        kind='bad'
      />
    </Bar>
  );
}

/** Nothing is decided, and nothing else can be by accident. */
function PuttingBack({ desk }: { desk: Desk }) {
  return (
    <Bar says={onCard.value.chooseBack} above={<WhyBack desk={desk} />}>
      <Button desk={desk} run={acts.back} name={onCard.value.keepIt} of='back' />
    </Bar>
  );
}

/** What can be said in the place of the rule's safe answer. */
function Instead({ desk }: { desk: Desk }) {
  const { insteadOfSafe, writeAnew, prepared, takeOver } = onCard.value;
  const ways = [
    { of: 'steer', name: writeAnew, run: () => desk.show('steer') },
    { of: 'canned-instead', name: prepared, run: () => editCanned(desk) },
    { of: 'take-over', name: takeOver, run: () => acts.takeOver(desk) },
  ];
  return (
    <div class='instead' role='group' aria-label={insteadOfSafe}>
      <span class='label'>{insteadOfSafe}</span>
      {ways.map(({ of, name, run }) => (
        <button key={of} type='button' class='say-why' onClick={run}>
          <KeyCap desk={desk} of={of} /> {name}
        </button>
      ))}
    </div>
  );
}

function Editing({ desk, hold }: Props) {
  const two = hold.needs_second.includes('edit') ? onCard.value.secondEdit : '';
  const why = acts.obstacle(desk, hold, 'edit');
  const lapsed = useLapsed(isMine(desk, hold.claimed_by), hold.claimed_by !== null);
  const lost = why ? onCard.value.lostTo(why) : lapsed ? onCard.value.lapsed : '';
  const send = correcting(desk, hold.id) === null
    ? onCard.value.sendEdit
    : onCard.value.sendCorrection;
  return (
    <Bar says={lost || two} above={<Because desk={desk} hold={hold} />}>
      <Button desk={desk} run={leaveEditor} name={onCard.value.leave} of='leave' />
      {lapsed && (
        <button type='button' class='button' onClick={() => claimAgain(desk)}>
          {onCard.value.claimAgain}
        </button>
      )}
      <Button desk={desk} run={sendEdit} name={send} of='send' kind='main' why={why} />
    </Bar>
  );
}

/** The button goes with what it did: the focus is in the editor before. */
function claimAgain(desk: Desk): void {
  edit(desk);
  document.querySelector<HTMLElement>('.editor label :is(input, select, textarea)')?.focus();
}

/** Whether it was mine while it was edited here, and is nobody's now. */
function useLapsed(mine: boolean, claimed: boolean): boolean {
  const had = useRef(false);
  if (mine) had.current = true;
  return had.current && !claimed;
}

/** A decision that was made and is not out yet: mine, or one that waits for somebody like me. */
function Proposed({ desk, hold }: Props) {
  const made = hold.proposal;
  if (!made) return null;
  const done = deed(made.by, made.action, desk.state.value.me?.id ?? '');
  if (made.second !== 'wanted') return <Bar says={onCard.value.aboutToSend(done)} />;
  if (!among.seconding(desk)) {
    const says = hold.escalated_by
      ? onCard.value.supervisorConfirms(done, supervisors(desk, made.by.id))
      : onCard.value.othersConfirm(done);
    if (!isMine(desk, made.by)) return <Bar says={says} />;
    return (
      <Bar says={says}>
        <Button desk={desk} run={undo} name={onCard.value.takeBack} of='undo' />
      </Bar>
    );
  }
  const checking = made.recheck === 'pending' ? onCard.value.stillReading : '';
  return (
    <Bar says={`${onCard.value.youConfirm(done)} ${checking}`}>
      <WhyNote desk={desk} hold={hold.id} />
      <Button desk={desk} run={among.decline} name={onCard.value.decline} of='decline' kind='bad' />
      <Approve
        desk={desk}
        run={among.confirm}
        name={onCard.value.confirm}
        of='confirm'
        why={checking}
      />
    </Bar>
  );
}

/** A colleague wants to know what I would do: recorded, and nothing is sent. */
function Opinion({ desk, hold }: Props) {
  return (
    <Bar
      says={onCard.value.opinion}
      above={<Because desk={desk} hold={hold} />}
    >
      <Button
        desk={desk}
        run={among.would('take_over')}
        name={onCard.value.wouldTake}
        of='would-take'
      />
      <Button
        desk={desk}
        run={among.would('reject')}
        name={onCard.value.wouldReject}
        of='would-reject'
      />
      <Button desk={desk} run={among.would('edit')} name={onCard.value.wouldEdit} of='would-edit' />
      <Button
        desk={desk}
        run={among.would('approve')}
        name={onCard.value.wouldApprove}
        of='would-approve'
      />
    </Bar>
  );
}
