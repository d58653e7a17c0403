import { decided, sendNow, undo, undoable } from '../undoing.ts';
import type { ComponentChildren } from 'preact';
import type { CallView, HoldView } from '../../shared/protocol.gen.ts';
import { say } from '../../text/say.ts';
import type { Desk } from '../desk.ts';
import { type Known, NOTHING, since } from '../told.ts';
import { Words } from '../../shared/words.tsx';
import { deed } from '../outcome.ts';

/** What just happened, and the way back while there is one. Always there: so it is heard, once. */
export function Toasts({ desk }: { desk: Desk }) {
  return (
    <Told desk={desk} before={NOTHING}>
      <Undo desk={desk} />
    </Told>
  );
}

/** What was told since then. */
export function Told(
  { desk, before, children }: { desk: Desk; before: Known; children?: ComponentChildren },
) {
  const { notice, calls } = since(desk, before);
  return (
    <>
      <Calls desk={desk} calls={calls} />
      <div class='toasts'>
        {children}
        <div role='status'>
          {notice && (
            <p class={`toast ${notice.problem ? 'problem' : ''}`}>
              <span>{notice.text}</span>
              <button type='button' class='button plain' onClick={() => (desk.notice.value = null)}>
                <span aria-hidden='true'>✕</span>
                <span class='unseen'>{say.value.app.close}</span>
              </button>
            </p>
          )}
        </div>
      </div>
    </>
  );
}

/** What supervisors call; it stays until it was read. Each is an alert: another is heard alone. */
function Calls({ desk, calls }: { desk: Desk; calls: readonly CallView[] }) {
  const { toasts, app } = say.value;
  if (calls.length === 0) return null;
  return (
    <div class='toasts calling'>
      {calls.map((call) => (
        <p key={call.id} class='toast call'>
          <span role='alert'>
            <b>{call.to ? toasts.calls(call.by.name) : toasts.says(call.by.name)}</b>{' '}
            <Words text={call.text ?? ''} />
          </span>
          <button type='button' class='button plain' onClick={() => desk.closeCall(call.id)}>
            <span aria-hidden='true'>✕</span>
            <span class='unseen'>{app.close}</span>
          </button>
        </p>
      ))}
    </div>
  );
}

function Undo({ desk }: { desk: Desk }) {
  const hold = undoable(desk);
  const proposal = hold?.proposal;
  if (!hold || !proposal) return <div role='status' />;
  const left = Math.max(0, Math.ceil(proposal.settle_at - desk.now.value));
  if (left === 0 && proposal.second === 'wanted') return <div role='status' />; // the card tells
  const { toasts } = say.value;
  const key = onceMore(desk, hold);
  const { recheck } = proposal;
  const done = `${deed(proposal.by, proposal.action, desk.state.value.me?.id ?? '')}.`;
  const read = { pending: toasts.checking, warned: toasts.warned, clean: '' }[recheck];
  return (
    <section class={`toast undo ${recheck}`} aria-label={toasts.undo}>
      <span role='status'>{[done, read].filter(Boolean).join(' ')}</span>
      <span class='ring' role='timer'>{left > 0 ? toasts.sentIn(left) : toasts.sending}</span>
      {left > 0 && (
        <button type='button' class='button plain' onClick={() => sendNow(desk)}>
          {toasts.sendNow} {key && <kbd aria-hidden='true'>{key}</kbd>}
        </button>
      )}
      <button type='button' class='button' onClick={() => undo(desk)}>
        {toasts.undo} <kbd aria-hidden='true'>{desk.keys.shown('undo')}</kbd>
      </button>
    </section>
  );
}

/** The key that made the decision sends it, as long as that hold is looked at. */
function onceMore(desk: Desk, { id, proposal }: HoldView): string {
  if (!proposal || desk.looking.value?.id !== id || !decided(desk, proposal.action)) return '';
  return desk.keys.shown(proposal.action === 'edit' ? 'send' : proposal.action);
}
