/** Why somebody decides as they do: reasons to choose from, and those that an edit speaks of. */
import { type Change, difference } from '../shared/difference.ts';
import type { Texts } from './typed.ts';

/** Words whose going takes a promise away, in the languages of the rule packs. */
const PROMISE =
  /\b(?:guarante\w*|promis\w*|certainly|definitely|always|full refund|no questions|garantier\w*|versprech\w*|versproch\w*|garanti\w*|promet\w*)/iu;
const LINK = /https?:|www\.|@\w/u;
const DATE =
  /\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{1,2}[./]\d{1,2}[./]|\d{4}-\d\d/iu;
const SHORTER = 0.7;
const MORE = 1.3;

/** The reasons an edit gives by itself; only those that the hold offers. */
export function guessed(offered: readonly string[], before: Texts, after: Texts): string[] {
  const changes = Object.keys({ ...before, ...after }).flatMap((field) =>
    difference(before[field] ?? '', after[field] ?? '')
  );
  const found = reasonsOf(changes, length(before), length(after));
  return offered.filter((reason) => found.some((one) => said(reason) === one));
}

function reasonsOf(changes: readonly Change[], before: number, after: number): string[] {
  const gone = text(changes, 'gone');
  const now = text(changes, 'new');
  const found: string[] = [];
  if (numbers(gone) !== numbers(now)) found.push('number changed');
  if (DATE.test(gone) || DATE.test(now)) found.push('date changed');
  if (PROMISE.test(gone) && !PROMISE.test(now)) found.push('promise removed');
  if (LINK.test(gone) || LINK.test(now)) found.push('link changed');
  if (found.length > 0) return found;
  if (after < before * SHORTER) return ['shorter'];
  if (after > before * MORE) return ['more said'];
  return gone || now ? ['tone'] : [];
}

/** A rule's own words for a usual thing: "wrong number of days" is a number that changed. */
function said(reason: string): string {
  const words = reason.toLowerCase();
  if (/\bnumber|days\b/.test(words)) return 'number changed';
  if (/promise/.test(words)) return 'promise removed';
  return words;
}

function text(changes: readonly Change[], kind: Change['kind']): string {
  return changes.filter((one) => one.kind === kind).map((one) => one.text).join(' ');
}

function numbers(text: string): string {
  return (text.match(/\d+/g) ?? []).join();
}

function length(texts: Texts): number {
  return Object.values(texts).reduce((sum, one) => sum + one.length, 0);
}
