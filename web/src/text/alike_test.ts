import { deepEqual } from 'node:assert/strict';
import { de as app } from './de.ts';
import { en as appEn } from './en.ts';
import { de as calls } from './calls_de.ts';
import { en as callsEn } from './calls_en.ts';
import { de as card } from './card_de.ts';
import { en as cardEn } from './card_en.ts';
import { de as changed } from './changed_de.ts';
import { en as changedEn } from './changed_en.ts';
import { de as evidence } from './evidence_de.ts';
import { en as evidenceEn } from './evidence_en.ts';
import { de as lane } from './lane_de.ts';
import { en as laneEn } from './lane_en.ts';
import { de as people } from './people_de.ts';
import { en as peopleEn } from './people_en.ts';
import { de as sheets } from './sheets_de.ts';
import { en as sheetsEn } from './sheets_en.ts';
import { de as wall } from './wall_de.ts';
import { en as wallEn } from './wall_en.ts';

const PAIRS: readonly (readonly [unknown, unknown])[] = [
  [appEn, app],
  [callsEn, calls],
  [cardEn, card],
  [changedEn, changed],
  [evidenceEn, evidence],
  [laneEn, lane],
  [peopleEn, people],
  [sheetsEn, sheets],
  [wallEn, wall],
];
/** Words that are the same in both languages. */
const SAME = [' s', ' min', 'Name', 'Online', 'Offline'];

/** Every text of a catalogue by its name; those made of something, made of nothing. */
function* texts(part: unknown, name = ''): Generator<[string, string]> {
  if (typeof part === 'string') yield [name, part];
  else if (typeof part === 'function') yield [name, String(part('', '', ''))];
  else {for (const [key, each] of Object.entries(part as object)) {
      yield* texts(each, `${name}/${key}`);
    }}
}

Deno.test('nothing was left in English', () => {
  const left = PAIRS.flatMap(([english, german]) => {
    const before = new Map(texts(english));
    return [...texts(german)].filter(([name, text]) =>
      /[a-z]/i.test(text) && before.get(name) === text && !SAME.includes(text)
    );
  });
  deepEqual(left, []);
});
