/**
 * Where the reasons of a hold point at in a text. Offsets come from Python, which counts code
 * points; JavaScript counts UTF-16 units, so every offset is translated here and nowhere else.
 */

export interface Mark {
  readonly start: number;
  readonly end: number;
  /** The reason's number, as the list of reasons shows it. */
  readonly number: number;
}

export interface Stretch {
  readonly text: string;
  readonly numbers: readonly number[];
  /** The stretch begins these marks: here their numbers are written. */
  readonly begins: readonly number[];
}

/** The text cut at the borders of its marks. `skip` code points came before this text. */
export function stretches(text: string, marks: readonly Mark[], skip = 0): Stretch[] {
  const length = codePoints(text);
  const here = marks
    .map((mark) => ({
      ...mark,
      start: Math.max(0, mark.start - skip),
      end: Math.min(length, mark.end - skip),
    }))
    .filter((mark) => mark.end > mark.start);
  const borders = [...new Set([0, length, ...here.flatMap((mark) => [mark.start, mark.end])])]
    .sort((one, other) => one - other);
  const units = unitsAt(text, borders);
  const found: Stretch[] = [];
  for (let at = 0; at + 1 < borders.length; at++) {
    const from = borders[at] ?? 0;
    const over = here.filter((mark) => mark.start <= from && from < mark.end);
    found.push({
      text: text.slice(units[at], units[at + 1]),
      numbers: unique(over),
      begins: unique(over.filter((mark) => mark.start === from)),
    });
  }
  return found;
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The UTF-16 offsets of ascending code point offsets. */
function unitsAt(text: string, borders: readonly number[]): number[] {
  const units: number[] = [];
  let point = 0;
  let unit = 0;
  for (const border of borders) {
    while (point < border && unit < text.length) {
      unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
      point++;
    }
    units.push(unit);
  }
  return units;
}

function unique(marks: readonly Mark[]): number[] {
  return [...new Set(marks.map((mark) => mark.number))].sort((one, other) => one - other);
}
