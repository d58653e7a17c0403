import type { Card } from '../../shared/protocol.gen.ts';
import { Changes } from '../../shared/changes.tsx';
import { difference } from '../../shared/difference.ts';
import { onChanged } from '../../text/changed.ts';
import { changed, type Rewritten, shortened } from '../changed.ts';
import type { Desk } from '../desk.ts';
import { alive } from '../state.ts';

/** What is otherwise than it was when this was decided. Its status is always there: so it is heard. */
export function Changed({ desk, card }: { desk: Desk; card: Card }) {
  const { hold } = card;
  const seen = alive(hold) ? desk.sight.shown(hold.id) : null;
  const told = seen && changed(seen, card, desk.state.value.me?.id ?? '');
  return (
    <section class='since' {...(told && { 'aria-labelledby': 'since' })}>
      {told && <h3 id='since'>{onChanged.value.title}</h3>}
      <div role='status'>{told?.said.map((one) => <p key={one}>{one}</p>)}</div>
      {told?.texts.map((one, at) => <Text key={at} {...one} />)}
      {told && (
        <button type='button' class='button' onClick={() => close(desk)}>
          {onChanged.value.close}
        </button>
      )}
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

/** The button goes with what it did: the focus is where one goes on. */
function close(desk: Desk): void {
  desk.sight.close();
  const box = document.querySelector<HTMLElement>('.editor label :is(input, select, textarea)');
  (box ?? document.querySelector<HTMLElement>('.card > .actions'))?.focus({ preventScroll: true });
}
