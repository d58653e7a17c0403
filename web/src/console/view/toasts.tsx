import { undo, undoable } from '../acts.ts';
import type { Desk } from '../desk.ts';
import { deed } from '../outcome.ts';

/** What just happened, and the way back while there is one. */
export function Toasts({ desk }: { desk: Desk }) {
  const notice = desk.notice.value;
  return (
    <div class='toasts'>
      <Undo desk={desk} />
      <div role='status'>
        {notice && (
          <p class={`toast ${notice.problem ? 'problem' : ''}`}>
            <span>{notice.text}</span>
            <button type='button' class='button plain' onClick={() => (desk.notice.value = null)}>
              <span aria-hidden='true'>✕</span>
              <span class='unseen'>Close</span>
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

function Undo({ desk }: { desk: Desk }) {
  const hold = undoable(desk);
  const proposal = hold?.proposal;
  if (!hold || !proposal) return <div role='status' />;
  const left = Math.max(0, Math.ceil(proposal.settle_at - desk.now.value));
  const checking = proposal.recheck === 'pending' ? ' Your edit is being checked.' : '';
  return (
    <div class='toast undo'>
      <span role='status'>
        {deed(proposal.by, proposal.action, desk.state.value.me?.id ?? '')}.{checking}
      </span>
      <span class='ring' role='timer'>{left > 0 ? `sent in ${left} s` : 'sending…'}</span>
      <button type='button' class='button' onClick={() => undo(desk)}>
        Undo <kbd aria-hidden='true'>z</kbd>
      </button>
    </div>
  );
}
