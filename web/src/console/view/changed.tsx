import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Card } from '../../shared/protocol.gen.ts';
import { Changes } from '../../shared/changes.tsx';
import { onChanged } from '../../text/changed.ts';
import { changed, type Rewritten, told } from '../changed.ts';
import type { Desk } from '../desk.ts';
import { overtaken } from '../sight.ts';

/**
 * What is otherwise than it was when this was decided. Its status is always there: so it is heard;
 * what comes later is said alone, not with all that was said before.
 */
export function Changed({ desk, card }: { desk: Desk; card: Card }) {
  const seen = overtaken(desk);
  const since = seen && changed(seen, card, desk.state.value.me?.id ?? '');
  const here = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!seen) return;
    const written = box();
    here.current?.scrollIntoView({ block: 'nearest' });
    written?.scrollIntoView({ block: 'nearest' }); // it takes room from what is written
    return () => goOn(written);
  }, [seen]);
  return (
    <section ref={here} class='since' {...(since && { 'aria-labelledby': 'since' })}>
      <div role='status' aria-atomic='false'>
        {since && <h3 id='since'>{onChanged.value.title}</h3>}
        {since && <p>{since.said.map((one) => <span key={one}>{`${one} `}</span>)}</p>}
      </div>
      {since && (
        <button type='button' class='button' onClick={() => desk.sight.close(card.hold.id)}>
          {onChanged.value.close}
        </button>
      )}
      {since?.texts.map((one, at) => <Text key={at} {...one} />)}
    </section>
  );
}

function Text({ name, before, after }: Rewritten) {
  const words = useMemo(() => told({ name, before, after }), [name, before, after]);
  return (
    <>
      {name && <h4>{name}</h4>}
      <p class='difference' dir='auto'>
        <Changes told={words} before={before} after={after} />
      </p>
    </>
  );
}

/** What is written in, where somebody writes. */
function box(): HTMLElement | null {
  const boxes = '.editor label :is(input, select, textarea)';
  const now = document.activeElement;
  return now instanceof HTMLElement && now.matches(boxes) ? now : document.querySelector(boxes);
}

/** The button goes with what it did: the focus is where one goes on. */
function goOn(written: HTMLElement | null): void {
  if (document.activeElement !== document.body) return;
  const next = written?.isConnected ? written : box();
  (next ?? document.querySelector<HTMLElement>('.card > .actions'))?.focus({ preventScroll: true });
}
