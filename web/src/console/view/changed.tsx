import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Card } from '../../shared/protocol.gen.ts';
import { Changes } from '../../shared/changes.tsx';
import { difference } from '../../shared/difference.ts';
import { onChanged } from '../../text/changed.ts';
import { changed, type Rewritten, shortened } from '../changed.ts';
import { owing } from '../colleagues.ts';
import type { Desk } from '../desk.ts';
import { alive } from '../state.ts';

/**
 * What is otherwise than it was when this was decided; who owes an opinion does not see what others
 * did. Its status is always there: so it is heard.
 */
export function Changed({ desk, card }: { desk: Desk; card: Card }) {
  const { hold } = card;
  const seen = alive(hold) && !owing(desk) ? desk.sight.shown(hold.id) : null;
  const told = seen && changed(seen, card, desk.state.value.me?.id ?? '');
  const here = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!seen) return;
    here.current?.scrollIntoView({ block: 'nearest' });
    box()?.scrollIntoView({ block: 'nearest' }); // it takes room from what is written
  }, [seen]);
  return (
    <section ref={here} class='since' {...(told && { 'aria-labelledby': 'since' })}>
      <div role='status'>
        {told && <h3 id='since'>{onChanged.value.title}</h3>}
        {told && <p>{told.said.join(' ')}</p>}
      </div>
      {told && (
        <button type='button' class='button' onClick={() => close(desk)}>
          {onChanged.value.close}
        </button>
      )}
      {told?.texts.map((one, at) => <Text key={at} {...one} />)}
    </section>
  );
}

function Text({ name, before, after }: Rewritten) {
  return (
    <>
      {name && <h4>{name}</h4>}
      <p class='difference' dir='auto'>
        <Changes told={shortened(difference(before, after))} before={before} after={after} />
      </p>
    </>
  );
}

/** What is written in, where somebody writes. */
function box(): HTMLElement | null {
  return document.querySelector('.editor label :is(input, select, textarea)');
}

/** The button goes with what it did: the focus is where one goes on. */
function close(desk: Desk): void {
  desk.sight.close();
  (box() ?? document.querySelector<HTMLElement>('.card > .actions'))?.focus({
    preventScroll: true,
  });
}
