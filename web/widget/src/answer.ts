/** What the chunks of an answer make of a talk: its words, and who says them. Pure. */
import { corrected } from './correction.ts';
import { spoken } from './news.ts';
import { type Line, said, type Talk } from './talk.ts';
import { speaks } from './voices.ts';
import type { Chunk, Hitl, Replace } from './wire.ts';

export function heard(talk: Talk, chunk: Chunk, delivery = ''): Talk {
  const text = chunk.choices.find((choice) => choice.index === 0)?.delta?.content ?? '';
  const { hitl } = chunk;
  if (hitl?.replace) {
    const here: Talk = { ...talk, waiting: '' };
    const after = corrected(here, hitl.replace, delivery);
    return after === here ? anew(here, hitl.replace, delivery) : after;
  }
  return written(speaking(talk, hitl), text, hitl, delivery);
}

/** What a chunk says about who speaks, apart from its text. */
function speaking(talk: Talk, hitl: Hitl | undefined): Talk {
  switch (hitl?.state) {
    case 'checking':
    case 'held':
      return { ...talk, waiting: hitl.state };
    case 'human':
      return hitl.agent ? person(talk, hitl.agent.display, hitl.typing ?? false) : talk;
    case 'ai':
      return speaks(talk, 'answer', '');
    default:
      return talk;
  }
}

function person(talk: Talk, name: string, typing: boolean): Talk {
  // While somebody is looked for, an answer names nobody who is there: events tell who comes.
  if (talk.away) return { ...talk, answer: { ...talk.answer, says: name } };
  const here = speaks(talk, 'answer', name);
  return here.agent === name ? { ...here, waiting: here.waiting && 'person', typing } : here;
}

function written(talk: Talk, text: string, hitl: Hitl | undefined, delivery: string): Talk {
  if (!text) return talk;
  if (hitl?.state === 'human') {
    return spoken(talk, text, hitl.message_id ?? '', talk.answer.says || talk.agent);
  }
  const more: Partial<Line> = {
    ...named(delivery),
    ...(hitl?.author === 'human' ? { note: 'reviewed' } : {}),
  };
  const last = talk.lines.at(-1);
  const here: Talk = { ...talk, waiting: '' };
  if (last?.author !== 'model') {
    return said(here, { author: 'model', text: text.trimStart(), ...more });
  }
  return {
    ...here,
    lines: [...talk.lines.slice(0, -1), { ...last, ...more, text: last.text + text }],
  };
}

/** A correction of what never came here. */
function anew(talk: Talk, { text }: Replace, delivery: string): Talk {
  return said(talk, { author: 'model', text, note: 'corrected', ...named(delivery) });
}

const named = (delivery: string): Partial<Line> => delivery ? { delivery } : {};
