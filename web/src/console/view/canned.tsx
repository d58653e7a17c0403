import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { filled, inLanguage, known, languages, type Prepared, spoken } from '../canned.ts';
import { insert } from '../cursor.ts';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { replies } from '../session.ts';
import { help } from '../helped.ts';
import { Choosing } from './choosing.tsx';

/** Prepared replies by their words; Enter puts one where the cursor was, and sends nothing. */
export function Canned({ desk, box: before }: { desk: Desk; box: Element | null }) {
  const box = useRef(before).current; // later the search box has the focus
  const texts = onSheets.value;
  const list = useSignal<readonly Prepared[] | null>(null);
  const language = useSignal(spoken(desk));
  useEffect(() => {
    void replies().then((found) => {
      if ('problem' in found) desk.tell(found.problem, true);
      list.value = 'problem' in found ? [] : found.replies;
    });
  }, []);
  const all = list.value ?? [];
  const put = (text: string) => {
    desk.show(null);
    if (box instanceof HTMLTextAreaElement) insert(box, text);
  };
  const use = (reply: Prepared) => {
    if (desk.editing.value) help(desk, desk.editing.value, 'canned');
    put(filled(inLanguage(reply, language.value), known(desk)));
  };
  const slash = (key: string, written: string) => {
    const meant = key === '/' && written === '';
    if (meant) put('/');
    return meant;
  };
  return (
    <Choosing
      label={texts.searchReplies}
      list={texts.titles.canned}
      items={all}
      said={(one) => `${one.name} ${Object.values(one.texts).join(' ')}`}
      show={(reply) => (
        <>
          <b>{reply.name}</b>
          <span class='quiet' dir='auto'>{inLanguage(reply, language.value)}</span>
        </>
      )}
      take={use}
      pressed={slash}
      none={list.value && (all.length === 0 ? texts.noReplies : texts.noneLike)}
    >
      <div class='languages' role='group' aria-label={texts.language}>
        {languages(all).map((one) => (
          <button
            key={one}
            type='button'
            class='say-why'
            aria-pressed={one === language.value}
            onClick={() => (language.value = one)}
          >
            {one}
          </button>
        ))}
      </div>
    </Choosing>
  );
}
