/** Numbers, shares and times as the page's language writes them. */
import { tag } from './languages.ts';

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function format<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(
  name: string,
  make: (locale: string) => Format,
): Format {
  const key = `${tag.value}/${name}`;
  const known = made.get(key) ?? make(tag.value);
  made.set(key, known);
  return known as Format;
}

/** "1,200" */
export function number(value: number, digits = 0): string {
  return format(
    `number ${digits}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  ).format(value);
}

/** 0.062 as "6.2%" */
export function percent(share: number): string {
  return format(
    'percent',
    (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(share);
}

/** "12 sec" below a minute and a half, then "4 min", then "2 hr" */
export function duration(seconds: number): string {
  const [unit, value] = seconds < 90
    ? ['second', seconds]
    : seconds < 5_400
    ? ['minute', seconds / 60]
    : ['hour', seconds / 3_600];
  return format(
    unit as string,
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: unit as string,
        unitDisplay: 'short',
        maximumFractionDigits: 0,
      }),
  ).format(value as number);
}

/** "20 Nov 2026, 14:05", as the language has it */
export function moment(seconds: number): string {
  return format(
    'moment',
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(seconds * 1000);
}

/** "14:05" */
export function clock(seconds: number): string {
  return format(
    'clock',
    (locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
  ).format(seconds * 1000);
}

/** "14:05" today, "19 Nov, 14:05" on another day, and with its year in another year. */
export function when(seconds: number, now: number, exact = false): string {
  const [at, today] = [new Date(seconds * 1000), new Date(now * 1000)];
  const year = at.getFullYear() !== today.getFullYear();
  const other = year || at.toDateString() !== today.toDateString();
  const parts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (exact) parts.second = '2-digit';
  if (other) Object.assign(parts, { day: 'numeric', month: 'short' });
  if (year) parts.year = 'numeric';
  const name = `when ${Object.keys(parts)}`;
  return format(name, (locale) => new Intl.DateTimeFormat(locale, parts)).format(at);
}

/** "20 Nov 2026" of "2026-11-20" and whatever follows that; other words stay as they are. */
export function day(written: string): string {
  const at = Date.parse(written.slice(0, 10));
  if (Number.isNaN(at)) return written;
  const parts = { dateStyle: 'medium', timeZone: 'UTC' } as const;
  return format('day', (locale) => new Intl.DateTimeFormat(locale, parts)).format(at);
}
