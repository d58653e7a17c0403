import type { Card, EarlierView } from '../../shared/protocol.gen.ts';
import { Words } from '../../shared/words.tsx';
import { onEvidence } from '../../text/evidence.ts';
import type { Desk } from '../desk.ts';
import { title } from '../titles.ts';
import { step } from '../trail.ts';
import { At } from './time.tsx';

/** Who asks, as the front end says. Nobody has checked it. */
export function CustomerFacts({ facts }: { facts: Readonly<Record<string, string>> }) {
  const told = Object.entries(facts);
  if (told.length === 0) return null;
  return (
    <section class='facts' aria-labelledby='facts'>
      <h3 id='facts'>{onEvidence.value.facts}</h3>
      <dl>
        {told.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Words text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What was held before: in this conversation, or for this customer in others. */
export function Earlier(
  { desk, name, title: says, holds }: {
    desk: Desk;
    name: string;
    title: string;
    holds: readonly EarlierView[];
  },
) {
  if (holds.length === 0) return null;
  return (
    <section class='earlier' aria-labelledby={name}>
      <h3 id={name}>{says}</h3>
      <ul>
        {holds.map((one) => (
          <li key={one.id}>
            <button
              type='button'
              class='button plain'
              onClick={() => desk.look({ at: 'hold', id: one.id })}
            >
              {title(one.rules)}
            </button>
            <span class='check'>
              <At seconds={one.opened_at} /> {ended(one, desk.state.value.me?.id ?? '')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ended({ action, by }: EarlierView, me: string): string {
  return action
    ? step({ what: 'decided', by, at: 0, detail: action }, me)
    : onEvidence.value.notDecided;
}

/** Who did what with this hold, by the server's clock. */
export function Trail({ desk, card }: { desk: Desk; card: Card }) {
  const { trail } = card.background;
  if (trail.length === 0) return null;
  const me = desk.state.value.me?.id ?? '';
  return (
    <section class='trail' aria-labelledby='trail'>
      <h3 id='trail'>{onEvidence.value.record}</h3>
      <ol>
        {trail.map((one, at) => (
          <li key={at}>
            <At seconds={one.at} exact /> <bdi dir='auto'>{step(one, me)}</bdi>
          </li>
        ))}
      </ol>
    </section>
  );
}
