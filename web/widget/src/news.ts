/**
 * What happens beside answers: who speaks, and what they say. Pure. The same words may come both
 * ways, and again after a lost connection: each is shown once.
 */
import { corrected } from './correction.ts';
import { said, type Talk } from './talk.ts';
import type { News } from './wire.ts';

export function told(talk: Talk, { name, data, id }: News): Talk {
  const now = happened(talk, name, data);
  // The events up to the first with an id say how things stand after a reset.
  if (!id || !now.before) return now;
  return now.agent ? { ...now, before: '' } : left({ ...now, agent: now.before, before: '' });
}

function happened(talk: Talk, name: string, data: News['data']): Talk {
  const who = data.agent?.display ?? '';
  switch (name) {
    case 'reset':
      return { ...talk, agent: '', typing: false, before: talk.agent || talk.before };
    case 'takeover':
      return who ? joined(talk, who, talk.typing) : talk;
    case 'typing':
      return { ...talk, typing: data.typing ?? false };
    case 'message':
      return spoken(talk, data.text ?? '', data.message_id ?? '', who);
    case 'handback':
      return left(talk);
    case 'corrected':
      return data.replace ? corrected(talk, data.replace, data.delivery_id ?? '') : talk;
    default:
      return talk;
  }
}

export function joined(talk: Talk, agent: string, typing: boolean): Talk {
  const here: Talk = { ...talk, waiting: talk.waiting && 'person', agent, typing };
  const known = talk.agent === agent || talk.before === agent;
  return known ? here : said(here, { author: 'notice', notice: 'joined', name: agent, text: '' });
}

export function left(talk: Talk): Talk {
  const { agent } = talk;
  if (!agent) return talk;
  const here: Talk = { ...talk, waiting: talk.waiting && 'thinking', agent: '', typing: false };
  return said(here, { author: 'notice', notice: 'left', name: agent, text: '' });
}

/** A person's message. */
export function spoken(talk: Talk, text: string, message: string, name: string): Talk {
  if (message && talk.lines.some((line) => line.message === message)) return talk;
  return said({ ...talk, typing: false }, { author: 'person', text: text.trim(), name, message });
}
