import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import * as among from '../colleagues.ts';
import type { Desk } from '../desk.ts';
import type { Sheet } from '../sheet.ts';
import { steer } from '../suggest.ts';
import { onCalls } from '../../text/calls.ts';
import { say } from '../../text/say.ts';
import { onSheets } from '../../text/sheets.ts';
import { Calls } from './calls.tsx';
import { Canned } from './canned.tsx';
import { Cheats } from './cheats.tsx';
import { Colleagues } from './colleagues.tsx';
import { Palette } from './palette.tsx';
import { known } from '../told.ts';
import { Told } from './toasts.tsx';
import { Writing } from './writing.tsx';

/** What lies on top until it is closed: one at a time. */
export function Sheets({ desk }: { desk: Desk }) {
  const open = desk.sheet.value;
  if (!open) return null;
  const texts = onSheets.value;
  const writing = document.activeElement; // before anything lies on top
  return (
    <Dialog
      key={open}
      desk={desk}
      title={open === 'calls' ? onCalls.value.title : texts.titles[open]}
      kind={open}
    >
      {open === 'calls' && <Calls desk={desk} />}
      {open === 'keys' && <Cheats desk={desk} />}
      {open === 'palette' && <Palette desk={desk} />}
      {open === 'pass' && <Colleagues desk={desk} run={among.pass} />}
      {open === 'opinion' && <Colleagues desk={desk} run={among.ask} anyone />}
      {open === 'escalate' && (
        <Writing
          desk={desk}
          sheet={open}
          says={texts.escalateHow}
          does={texts.escalate}
          run={among.escalate}
          optional
        />
      )}
      {open === 'canned' && <Canned desk={desk} box={writing} />}
      {open === 'steer' && (
        <Writing
          desk={desk}
          sheet={open}
          says={texts.steerHow}
          does={texts.steer}
          run={(desk, text) => {
            desk.show(null); // it takes a while: one can go on writing
            void steer(desk, text);
          }}
        />
      )}
      {open === 'note' && (
        <Writing
          desk={desk}
          sheet={open}
          says={texts.noteHow}
          does={texts.keepNote}
          run={among.note}
        />
      )}
    </Dialog>
  );
}

function Dialog(
  { desk, title, kind, children }: {
    desk: Desk;
    title: string;
    kind: Sheet;
    children: ComponentChildren;
  },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef(known(desk)).current;
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close(); // where one was before has the focus again
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`sheet ${kind}`}
      aria-labelledby='sheet'
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault(); // closed at once: the next key is not lost
        event.stopPropagation();
        desk.show(null);
      }}
      onClose={({ currentTarget }) => { // it is told late: the next one may be open by then
        if (currentTarget.isConnected && desk.sheet.value === kind) desk.show(null);
      }}
    >
      <h2 id='sheet'>{title}</h2>
      {children}
      <button type='button' class='button plain close' onClick={() => desk.show(null)}>
        {say.value.app.close} <kbd aria-hidden='true'>Esc</kbd>
      </button>
      <Told desk={desk} before={before} /> {/* all else is inert, and not heard */}
    </dialog>
  );
}
