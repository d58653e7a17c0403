/** What stands in the place of an answer that was read. Pure. */
import type { Line, Talk } from './talk.ts';
import type { Replace } from './wire.ts';

/** From a character of an answer on; of the last one if it has no name. */
export function corrected(talk: Talk, { from, text }: Replace, delivery: string): Talk {
  const parts = partsOf(talk.lines, delivery);
  if (parts.length === 0) return talk;
  let stays = from;
  const lines = talk.lines.flatMap((line, at): Line[] => {
    if (!parts.includes(at)) return [line];
    const characters = [...line.text];
    const kept = characters.slice(0, stays).join('');
    stays = Math.max(0, stays - characters.length);
    if (at === parts.at(-1)) return [{ ...line, text: kept + text, note: 'corrected' }];
    if (kept === line.text) return [line];
    return kept ? [{ ...line, text: kept, note: 'corrected' }] : [];
  });
  return { ...talk, lines };
}

/** Where the model's lines of an answer are: a person may have spoken between them. */
function partsOf(lines: readonly Line[], delivery: string): number[] {
  const question = lines.findLastIndex((line) => line.author === 'customer');
  const part = (line: Line, at: number) =>
    line.author === 'model' && (delivery ? line.delivery === delivery : at > question);
  return lines.flatMap((line, at) => part(line, at) ? [at] : []);
}
