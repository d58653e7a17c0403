/** What one text says otherwise than another, word by word. Too long ones differ as a whole. */

export interface Change {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Words of either text; the work grows with their product. */
const MOST = 500;
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/** How `after` differs from `before`: what was removed comes in front of what took its place. */
export function changes(before: string, after: string): Change[] {
  const one = words(before);
  const other = words(after);
  if (one.length > MOST || other.length > MOST) {
    return joined([{ kind: 'removed', text: before }, { kind: 'added', text: after }]);
  }
  return joined(walked(one, other, common(one, other)));
}

/** Whether what stays is enough to see the rest as changes; else it is simply another text. */
export function alike(told: readonly Change[]): boolean {
  const size = (kind: Change['kind']) =>
    told.filter((one) => one.kind === kind).reduce((sum, { text }) => sum + text.trim().length, 0);
  return size('same') * 2 >= Math.min(size('added'), size('removed'));
}

function words(text: string): string[] {
  return Array.from(WORDS.segment(text), ({ segment }) => segment);
}

/** How many words the two have in common from each pair of places on. */
function common(one: readonly string[], other: readonly string[]): Uint16Array[] {
  const found = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let at = one.length - 1; at >= 0; at--) {
    for (let there = other.length - 1; there >= 0; there--) {
      found[at]![there] = one[at] === other[there]
        ? found[at + 1]![there + 1]! + 1
        : Math.max(found[at + 1]![there]!, found[at]![there + 1]!);
    }
  }
  return found;
}

function walked(
  one: readonly string[],
  other: readonly string[],
  shared: readonly Uint16Array[],
): Change[] {
  const found: Change[] = [];
  let at = 0;
  let there = 0;
  while (at < one.length || there < other.length) {
    if (at < one.length && one[at] === other[there]) {
      found.push({ kind: 'same', text: one[at++]! });
      there++;
    } else if (
      at < one.length &&
      (there >= other.length || shared[at + 1]![there]! >= shared[at]![there + 1]!)
    ) {
      found.push({ kind: 'removed', text: one[at++]! });
    } else {
      found.push({ kind: 'added', text: other[there++]! });
    }
  }
  return found;
}

/** Neighbours of a kind as one; a blank between two changes belongs to both. */
function joined(parts: readonly Change[]): Change[] {
  const found: Change[] = [];
  let gone = '';
  let come = '';
  const flush = () => {
    if (gone) found.push({ kind: 'removed', text: gone });
    if (come) found.push({ kind: 'added', text: come });
    gone = come = '';
  };
  parts.forEach(({ kind, text }, at) => {
    const blank = kind === 'same' && text.trim() === '' && (gone || come);
    if (blank && parts[at + 1] && parts[at + 1]!.kind !== 'same') {
      gone += text;
      come += text;
    } else if (kind === 'removed') gone += text;
    else if (kind === 'added') come += text;
    else {
      flush();
      const last = found.at(-1);
      if (last?.kind === 'same') found[found.length - 1] = { kind, text: last.text + text };
      else found.push({ kind, text });
    }
  });
  flush();
  return found;
}
