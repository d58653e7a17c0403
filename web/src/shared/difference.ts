/** What somebody changed, word by word: for people to see before it is sent. */

export type Kind = 'same' | 'gone' | 'new';

export interface Change {
  readonly kind: Kind;
  readonly text: string;
}

/** More comparisons than this take too long between two key presses. */
const MOST = 4_000_000;

/** Words, white space and everything else, each a piece of its own; together they are the text. */
export function pieces(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+(?:[.,'’][\p{L}\p{N}]+)*|\s+|[^\p{L}\p{M}\p{N}\s]/gu) ?? [];
}

/** From `before` to `after`. Very long changes in the middle are shown as one. */
export function difference(before: string, after: string): Change[] {
  const old = pieces(before);
  const now = pieces(after);
  const short = Math.min(old.length, now.length);
  let head = 0;
  while (head < short && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < short - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const same = (from: readonly string[]): Change => ({ kind: 'same', text: from.join('') });
  return joined([
    same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    same(old.slice(old.length - tail)),
  ]);
}

/** Where neither the beginning nor the end is the same any more. */
function middle(old: readonly string[], now: readonly string[]): Change[] {
  if (old.length * now.length > MOST) {
    return [{ kind: 'gone', text: old.join('') }, { kind: 'new', text: now.join('') }];
  }
  const lengths = common(old, now);
  const changes: Change[] = [];
  let at = 0;
  let to = 0;
  while (at < old.length || to < now.length) {
    const [one, other] = [old[at], now[to]];
    if (one !== undefined && one === other) {
      changes.push({ kind: 'same', text: one });
      at++, to++;
    } else if (
      other === undefined ||
      (one !== undefined && left(lengths, at + 1, to) >= left(lengths, at, to + 1))
    ) {
      changes.push({ kind: 'gone', text: one ?? '' });
      at++;
    } else {
      changes.push({ kind: 'new', text: other });
      to++;
    }
  }
  return changes;
}

/** A word that stayed says more than the blanks around it. */
function weight(piece: string | undefined): number {
  return piece?.trim() ? 8 : 1;
}

/** How much the rests from (at, to) have in common. */
function common(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let at = old.length - 1; at >= 0; at--) {
    for (let to = now.length - 1; to >= 0; to--) {
      rows[at]![to] = old[at] === now[to]
        ? left(rows, at + 1, to + 1) + weight(old[at])
        : Math.max(left(rows, at + 1, to), left(rows, at, to + 1));
    }
  }
  return rows;
}

function left(rows: readonly Uint32Array[], at: number, to: number): number {
  return rows[at]?.[to] ?? 0;
}

/** Neighbours of one kind are one; between two changes a lone blank belongs to both of them. */
function joined(changes: readonly Change[]): Change[] {
  const blended = changes.flatMap((change, at): Change[] => {
    const between = change.kind === 'same' && /^\s+$/.test(change.text) &&
      changes[at - 1]?.kind !== 'same' && changes[at + 1]?.kind !== 'same' &&
      at > 0 && at < changes.length - 1;
    return between
      ? [{ kind: 'gone', text: change.text }, { kind: 'new', text: change.text }]
      : [change];
  });
  const found: Change[] = [];
  let run: Change[] = [];
  const flush = () => {
    for (const kind of ['gone', 'new'] as const) {
      const text = run.filter((one) => one.kind === kind).map((one) => one.text).join('');
      if (text) found.push({ kind, text });
    }
    run = [];
  };
  for (const change of blended) {
    if (change.kind !== 'same') {
      run.push(change);
    } else if (change.text) {
      flush();
      const last = found.at(-1);
      if (last?.kind === 'same') {
        found.splice(-1, 1, { kind: 'same', text: last.text + change.text });
      } else found.push(change);
    }
  }
  flush();
  return found;
}

/** Whether what stays is enough to see the rest as changes; else it is simply another text. */
export function alike(told: readonly Change[]): boolean {
  const size = (kind: Kind) =>
    told.filter((one) => one.kind === kind).reduce((sum, { text }) => sum + text.trim().length, 0);
  return size('same') * 2 >= Math.min(size('new'), size('gone'));
}

/** The text that the kept changes make: `new` where one is taken, `gone` where it is not. */
export function applied(changes: readonly Change[], taken: (hunk: number) => boolean): string {
  return hunks(changes).map((hunk) =>
    hunk.number === null ? hunk.same : taken(hunk.number) ? hunk.now : hunk.old
  ).join('');
}

export interface Hunk {
  /** Null: nothing changed here. */
  readonly number: number | null;
  readonly same: string;
  readonly old: string;
  readonly now: string;
}

/** What goes and what comes in its place, together. */
export function hunks(changes: readonly Change[]): Hunk[] {
  const found: Hunk[] = [];
  let number = 0;
  let open: { old: string; now: string } | null = null;
  const close = () => {
    if (open) found.push({ number: number++, same: '', ...open });
    open = null;
  };
  for (const { kind, text } of changes) {
    if (kind === 'same') {
      close();
      found.push({ number: null, same: text, old: '', now: '' });
    } else {
      open ??= { old: '', now: '' };
      if (kind === 'gone') open = { ...open, old: open.old + text };
      else open = { ...open, now: open.now + text };
    }
  }
  close();
  return found;
}
