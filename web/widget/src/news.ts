/**
 * What happens beside answers: who speaks, and what they say. Pure. The same words may come both
 * ways, and again after a lost connection: each is shown once.
 */
import { corrected } from './correction.ts';
import { said, type Talk } from './talk.ts';
import { present, speaks } from './voices.ts';
import type { News } from './wire.ts';

export function told(talk: Talk, { name, data, id }: News): Talk {
  const now = happened(talk, name, data);
  // The events up to the first with an id say how things stand after a reset.
  return id && now.events.says === null ? model(now) : now;
}

function happened(talk: Talk, name: string, data: News['data']): Talk {
  switch (name) {
    case 'reset':
      return { ...talk, typing: false, events: { says: null, behind: [] } };
    case 'takeover':
      return data.agent ? taken(talk, data.agent) : sought(talk);
    case 'typing':
      return { ...talk, typing: !!talk.agent && !!data.typing };
    case 'message':
      return spoken(talk, data.text ?? '', data.message_id ?? '', data.agent?.display ?? '');
    case 'handback':
      return model(talk);
    case 'corrected':
      return data.replace ? corrected(talk, data.replace, data.delivery_id ?? '') : talk;
    default:
      return talk;
  }
}

function taken(talk: Talk, { display, away = false }: NonNullable<News['data']['agent']>): Talk {
  const here = comes(talk, display);
  return here.agent === display ? present(here, away) : here; // an answer may know better
}

const model = (talk: Talk): Talk => ({ ...comes(talk, ''), away: false });

/** After who was away anybody is news: an answer may have named a stand-in meanwhile. */
const comes = (talk: Talk, agent: string): Talk =>
  speaks(talk.away ? { ...talk, events: { ...talk.events, says: null } } : talk, 'events', agent);

/** A person is looked for: whoever spoke is gone, and the model is not back. */
function sought(talk: Talk): Talk {
  const { says, ...events } = talk.events;
  return present({ ...talk, events: { ...events, says: says ?? talk.agent } }, true);
}

/** A person's message. */
export function spoken(talk: Talk, text: string, message: string, name: string): Talk {
  if (message && talk.lines.some((line) => line.message === message)) return talk;
  return said({ ...talk, typing: false }, { author: 'person', text: text.trim(), name, message });
}
