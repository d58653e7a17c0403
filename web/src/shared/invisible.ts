/**
 * What hides in a text: characters nobody sees, and letters that only look like others.
 * By Unicode category, not by a list of known tricks. Emoji that people really use stay whole.
 */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hidden'; readonly label: string }
  | { readonly kind: 'lookalike'; readonly text: string; readonly label: string };

/** Chips of one run that are shown before the rest of it is only counted. */
const SHOWN = 12;
/** Pieces of one text: whoever makes more wants to freeze the page. */
const MOST = 1000;

const EMOJI = /\p{RGI_Emoji}/v;
const HIDDEN =
  /[[\p{Cf}\p{Cc}\p{Co}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]--[ \u00a0\u3000\n\t]]/v;
const WORD = /\p{L}[[\p{L}\p{M}]--\p{Default_Ignorable_Code_Point}]*/v;
const TOKEN = new RegExp(`${EMOJI.source}|${HIDDEN.source}|${WORD.source}`, 'gv');
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}]/v;
const EVERY_FOREIGN = new RegExp(FOREIGN.source, 'gv');
// All but the letters that one takes for Latin ones: a text in these alphabets has others too.
const HONEST =
  /[[\p{Script=Cyrillic}\p{Script=Greek}]--[аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]]/v;
const LATIN = /\p{Script=Latin}/v;
const MIXED =
  /\p{Script=Latin}.*[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}].*\p{Script=Latin}/sv;

/** `whole`: what `text` is a part of, for what can be told of all of it only. */
export function pieces(text: string, whole = text): Piece[] {
  const pretends = disguised(whole);
  const found: Piece[] = [];
  const run: string[] = [];
  let from = 0;
  const flush = (until: number) => {
    if (until > from) {
      found.push(...chips(run.splice(0)));
      found.push({ kind: 'text', text: text.slice(from, until) });
    }
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const hidden = HIDDEN.test(token) && !EMOJI.test(token);
    if (!hidden && !MIXED.test(token) && !(pretends && FOREIGN.test(token))) continue;
    flush(index);
    if (found.length > MOST) return [...found, ...chips(run), ...rest(text.slice(index))];
    from = index + token.length;
    if (hidden) run.push(codePoint(token));
    else found.push(...chips(run.splice(0)), ...letters(token));
  }
  flush(text.length);
  return [...found, ...chips(run)];
}

/** Where nothing is named any more, what hides or pretends is a box, and counted. */
function rest(text: string): Piece[] {
  let count = 0;
  const box = () => {
    count++;
    return '\u25a1';
  };
  const shown = text.replace(TOKEN, (token) => {
    if (HIDDEN.test(token) && !EMOJI.test(token)) return box();
    return MIXED.test(token) ? token.replace(EVERY_FOREIGN, box) : token;
  });
  return [{ kind: 'hidden', label: `+${count} hidden` }, { kind: 'text', text: shown }];
}

/** Whether a Latin text holds other letters, and only such as look Latin: whole words of them. */
function disguised(text: string): boolean {
  return FOREIGN.test(text) && LATIN.test(text) && !HONEST.test(text);
}

/** A run of hidden characters, shortened: what repeats is counted, what is long is cut. */
function chips(run: readonly string[]): Piece[] {
  const counted: { label: string; times: number }[] = [];
  for (const label of run) {
    const last = counted.at(-1);
    if (last?.label === label) last.times++;
    else counted.push({ label, times: 1 });
  }
  const rest = counted.slice(SHOWN).reduce((sum, one) => sum + one.times, 0);
  const labels = counted.slice(0, SHOWN).map(({ label, times }) =>
    times > 1 ? `${label} ×${times}` : label
  );
  if (rest > 0) labels.push(`+${rest} hidden`);
  return labels.map((label) => ({ kind: 'hidden', label }));
}

/** A word of two alphabets, or of the wrong one: the letters that pretend are pointed out. */
function letters(word: string): Piece[] {
  return Array.from(
    word,
    (letter) =>
      FOREIGN.test(letter)
        ? { kind: 'lookalike', text: letter, label: codePoint(letter) }
        : { kind: 'text', text: letter },
  );
}

function codePoint(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
