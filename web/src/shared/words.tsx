import { say } from '../text/say.ts';
import { pieces } from './invisible.ts';
import { type Mark, type Stretch, stretches } from './marks.ts';

/** Marks and the list of reasons point at each other by number; the one in use stands out. */
export interface Pointing {
  readonly at: number | null;
  readonly point: (number: number | null) => void;
  /** The number was pressed. */
  readonly go: (number: number) => void;
}

/** Characters; longer ones are laid out in parts. */
const PARAGRAPH = 8000;

interface WordsProps {
  readonly text: string;
  readonly marks?: readonly Mark[];
  readonly skip?: number;
  readonly pointing?: Pointing;
}

/** What somebody wrote, as text and nothing else: chips for what hides in it, marks over spans. */
export function Words({ text, marks = [], skip = 0, pointing }: WordsProps) {
  return (
    <bdi class='words' dir='auto'>
      {stretches(text, marks, skip).map((stretch, at) => (
        <Part key={at} {...stretch} whole={text} {...(pointing ? { pointing } : {})} />
      ))}
    </bdi>
  );
}

function Part(
  { text, whole, numbers, begins, pointing }: Stretch & { whole: string; pointing?: Pointing },
) {
  if (numbers.length === 0) return <Pieces text={text} whole={whole} />;
  if (!pointing) {
    return (
      <mark data-reasons={numbers.join(' ')}>
        {begins.map((number) => <sup key={number}>{number}</sup>)}
        <Pieces text={text} whole={whole} />
      </mark>
    );
  }
  const over = pointing.at !== null && numbers.includes(pointing.at);
  return (
    <mark
      data-reasons={numbers.join(' ')}
      class={over ? 'pointed' : ''}
      onPointerEnter={() => pointing.point(numbers[0] ?? null)}
      onPointerLeave={() => pointing.point(null)}
    >
      {begins.map((number) => <Pin key={number} number={number} pointing={pointing} />)}
      <Pieces text={text} whole={whole} />
    </mark>
  );
}

function Pin({ number, pointing }: { number: number; pointing: Pointing }) {
  return (
    <button
      type='button'
      class='pin'
      aria-label={say.value.words.reason(number)}
      onFocus={() => pointing.point(number)}
      onBlur={() => pointing.point(null)}
      onClick={() => pointing.go(number)}
    >
      {number}
    </button>
  );
}

/** Text in which nothing hides: what cannot be seen, or looks like something else, is a chip. */
export function Pieces({ text, whole = text }: { text: string; whole?: string }) {
  return (
    <>
      {pieces(text, whole).map((piece, at) => {
        switch (piece.kind) {
          case 'text':
            return stretch(piece.text);
          case 'hidden':
            return (
              <span key={at} class='hidden-character' title={say.value.words.hidden}>
                {piece.label}
              </span>
            );
          case 'lookalike':
            return (
              <span key={at} class='lookalike' title={say.value.words.lookalike}>
                {`${piece.text} ${piece.label}`}
              </span>
            );
        }
      })}
    </>
  );
}

/** Browsers lay a long paragraph of several alphabets out in minutes, and several short ones at once. */
function stretch(text: string) {
  if (text.length <= PARAGRAPH) return text;
  return (text.match(/.{1,4000}(?=\s)|.{1,4000}/gsu) ?? []).map((part, at) => (
    <span key={at} style={{ display: 'block' }}>{part}</span>
  ));
}
