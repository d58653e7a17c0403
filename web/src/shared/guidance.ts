/**
 * The subset of Markdown that rule authors write guidance in: paragraphs, lists, headings,
 * **strong**, *emphasis* and `code`. Everything else stays the text it is; nothing becomes a link or markup.
 */

export interface Run {
  readonly kind: 'text' | 'strong' | 'emphasis' | 'code';
  readonly text: string;
}

export interface Block {
  readonly kind: 'paragraph' | 'list';
  readonly lines: readonly (readonly Run[])[];
}

const RUN = /\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`/g;
const ITEM = /^\s*[-*]\s+/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

export function blocks(text: string): Block[] {
  const found: { kind: Block['kind']; lines: Run[][] }[] = [];
  let gap = true;
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      gap = true;
      continue;
    }
    const [, heading] = HEADING.exec(line) ?? [];
    if (heading) {
      found.push({ kind: 'paragraph', lines: [[{ kind: 'strong', text: heading }]] });
      gap = true;
      continue;
    }
    const kind = ITEM.test(line) ? 'list' : 'paragraph';
    const last = found.at(-1);
    const lines = runs(line.replace(ITEM, '').trim());
    if (gap || last?.kind !== kind) found.push({ kind, lines: [lines] });
    else last.lines.push(lines);
    gap = false;
  }
  return found;
}

/** Lines that were only wrapped are one again: a paragraph ends with a gap, an item, a heading. */
export function unwrapped(text: string): string {
  return text.replaceAll(/([^\n])\n(?!\s*(?:\n|[-*]\s|#{1,6}\s|\d+[.)]\s|$))[ \t]*/g, '$1 ');
}

function runs(line: string): Run[] {
  const found: Run[] = [];
  let from = 0;
  for (const match of line.matchAll(RUN)) {
    const [whole, strong, emphasis, code] = match;
    if (match.index > from) found.push({ kind: 'text', text: line.slice(from, match.index) });
    if (strong) found.push({ kind: 'strong', text: strong });
    if (emphasis) found.push({ kind: 'emphasis', text: emphasis });
    if (code) found.push({ kind: 'code', text: code });
    from = match.index + whole.length;
  }
  if (from < line.length) found.push({ kind: 'text', text: line.slice(from) });
  return found;
}
