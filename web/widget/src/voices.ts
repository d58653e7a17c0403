/**
 * Who speaks, of which both the events and the answer tell: the same changes, each in their order,
 * and neither waits for the other. Whoever is first is believed, and is not told again. Pure.
 */
import { type Line, said, type Talk } from './talk.ts';

type Source = 'events' | 'answer';

/** `agent` '': the model. */
export function speaks(talk: Talk, source: Source, agent: string): Talk {
  const { says, behind } = talk[source];
  if (says === agent) return talk;
  const at = behind.indexOf(agent);
  // An answer that has not caught up tells what was before; events say last how it is.
  const late = at < 0 && source === 'answer';
  const rest = late ? behind : at < 0 ? [] : behind.slice(at + 1);
  const here = { ...talk, [source]: { says: agent, behind: rest } };
  if (at >= 0 || rest.length || agent === talk.agent) return here;
  const other = source === 'events' ? 'answer' : 'events';
  const told = { ...talk[other], behind: [...talk[other].behind, agent] };
  const first: Talk = { ...here, [other]: told, agent, away: false, typing: false };
  return agent
    ? noticed({ ...first, waiting: talk.waiting && 'person' }, 'joined', agent)
    : noticed({ ...first, waiting: talk.waiting && 'thinking' }, 'left', talk.agent);
}

/** Whoever speaks is gone for a while, or back. */
export function present(talk: Talk, away: boolean): Talk {
  if (talk.away === away) return talk;
  return noticed({ ...talk, away, typing: false }, away ? 'away' : 'back', talk.agent);
}

function noticed(talk: Talk, notice: NonNullable<Line['notice']>, name: string): Talk {
  return said(talk, { author: 'notice', notice, name, text: '' });
}
