import { useSignal } from '@preact/signals';
import { onWall } from '../text/wall.ts';
import type { Figures } from './figures.ts';

/** One message to all agents who are online. */
export function Tell({ figures }: { figures: Figures }) {
  const { wall } = onWall.value;
  const text = useSignal('');
  const send = async (event: Event) => {
    event.preventDefault();
    if (!text.value.trim() || !(await figures.call(text.value))) return;
    text.value = '';
    figures.notice.value = { text: wall.sent, problem: false };
  };
  return (
    <form class='panel tell' aria-labelledby='tell' onSubmit={send}>
      <h2 id='tell'>{wall.tell}</h2>
      <p class='quiet' id='tell-what'>{wall.tellWhat}</p>
      <label>
        <span class='unseen'>{wall.tellText}</span>
        <textarea
          rows={2}
          maxLength={1000}
          aria-describedby='tell-what'
          value={text.value}
          onInput={({ currentTarget: { value } }) => (text.value = value)}
        />
      </label>
      <button type='submit' class='button' aria-disabled={!text.value.trim()}>{wall.send}</button>
    </form>
  );
}
