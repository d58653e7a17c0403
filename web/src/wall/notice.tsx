/** What became of the last thing that was done: on the wall, or in the dialog that it was done in. */
import { useEffect } from 'preact/hooks';
import { say } from '../text/say.ts';
import type { Figures } from './figures.ts';

export function Notice({ figures }: { figures: Figures }) {
  const notice = figures.notice.value;
  return (
    <div class='notice' role='status'>
      {notice && (
        <p class={notice.problem ? 'problem' : ''}>
          {notice.text}
          <button
            type='button'
            class='button plain'
            onClick={() => (figures.notice.value = null)}
          >
            <span aria-hidden='true'>✕</span>
            <span class='unseen'>{say.value.app.close}</span>
          </button>
        </p>
      )}
    </div>
  );
}

/** In a dialog, of what was done in it: the wall's own is behind. */
export function Trouble({ figures }: { figures: Figures }) {
  useEffect(() => {
    figures.notice.value = null;
  }, []);
  const notice = figures.notice.value;
  return notice?.problem ? <p class='problem' role='alert'>{notice.text}</p> : null;
}
