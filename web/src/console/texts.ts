/** The texts of a held answer, by field: which of them people read and write, and what they are called. */
import type { Card } from '../shared/protocol.gen.ts';
import { onCard } from '../text/card.ts';
import { codePoints, type Mark } from '../shared/marks.ts';

export const CONTENT = '0/content';

/** As in core/remainder.py: log-probabilities and the like only describe the model's own words. */
const EDITABLE = new Set([
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'tool_calls',
  'function_call',
]);

export interface Passage {
  readonly field: string;
  readonly name: string;
  readonly sent: string;
  readonly pending: string;
  readonly marks: readonly Mark[];
  /** How much of the field comes before what is pending; marks count from the field's beginning. */
  readonly skip: number;
}

/** What there is to read, in order; the reasons' spans are numbered as the list of reasons is. */
export function passages({ hold, sent, pending }: Card): Passage[] {
  const fields = [...new Set([...Object.keys(sent), ...Object.keys(pending)])].filter(editable);
  const single = fields.every((field) => field === CONTENT);
  return fields.sort(byField).map((field) => ({
    field,
    name: single ? '' : nameOf(field),
    sent: sent[field] ?? '',
    pending: pending[field] ?? '',
    skip: codePoints(sent[field] ?? ''),
    marks: hold.reasons.flatMap((reason, at) =>
      reason.spans
        .filter((span) => span.field === field)
        .map(({ start, end }) => ({ start, end, number: at + 1 }))
    ),
  }));
}

/** The words that were held back: what a person may say instead of the model, and no tool call. */
export function words(card: Card): string {
  const answers = Object.keys(card.pending).filter((field) =>
    field.endsWith('/content') && !card.schemas[field]
  );
  return answers.sort(byField).map((field) => card.pending[field]).filter(Boolean).join('\n\n');
}

/** What an editor begins with: everything that waits and may be written by a person. */
export function firstTexts({ pending }: Card): Record<string, string> {
  const texts = Object.entries(pending).filter(([field, text]) => text && editable(field));
  return texts.length > 0 ? Object.fromEntries(texts) : { [CONTENT]: '' };
}

/** "0/tool_calls/1/arguments" as people say it. */
export function nameOf(field: string): string {
  const [choice, kind = '', ...path] = field.split('/');
  const texts = onCard.value.parts;
  const part = partOf(kind, path);
  return choice === '0' ? part : texts.choice(Number(choice) + 1, part);
}

function partOf(kind: string, path: readonly string[]): string {
  const texts = onCard.value.parts;
  switch (kind) {
    case 'content':
      return texts.content;
    case 'tool_calls':
      return texts.tool(Number(path[0]) + 1, path[1] ?? '');
    case 'function_call':
      return texts.function(path[0] ?? '');
    default:
      return kind.replaceAll('_', ' ');
  }
}

function editable(field: string): boolean {
  return EDITABLE.has(field.split('/')[1] ?? '');
}

/** Content first, then each call in its turn: what is called, and then with what. */
function byField(one: string, other: string): number {
  const rank = (field: string) => (field.endsWith('/content') ? 0 : 1);
  const named = (field: string) => field.replace(/\/name$/, '/');
  return rank(one) - rank(other) || NUMBERED.compare(named(one), named(other));
}

const NUMBERED = new Intl.Collator('en', { numeric: true });
