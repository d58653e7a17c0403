import { useSignal } from '@preact/signals';
import type { AgentView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { onWall } from '../text/wall.ts';
import { Dialog } from '../shared/frame.tsx';
import type { Figures } from './figures.ts';
import { Trouble } from './notice.tsx';

export function Call({ figures, whom, onClose }: {
  figures: Figures;
  whom: AgentView;
  onClose: () => void;
}) {
  const { wall } = onWall.value;
  const { app } = say.value;
  const text = useSignal('');
  const send = async (event: Event) => {
    event.preventDefault();
    if (!(await figures.call(text.value, whom.id))) return;
    onClose();
    figures.notice.value = { text: wall.sent, problem: false };
  };
  return (
    <Dialog title={wall.callWhom(whom.name)} onClose={onClose}>
      <form onSubmit={send}>
        <p>{wall.callWhat}</p>
        <Trouble figures={figures} />
        <label>
          {wall.callText}
          <textarea
            rows={2}
            maxLength={1000}
            value={text.value}
            onInput={({ currentTarget: { value } }) => (text.value = value)}
          />
        </label>
        <div class='buttons'>
          <button type='button' class='button' onClick={onClose}>{app.cancel}</button>
          <button type='submit' class='button main'>{wall.call}</button>
        </div>
      </form>
    </Dialog>
  );
}
