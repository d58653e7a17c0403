import { pieces } from './invisible.ts';
import { type Mark, type Stretch, stretches } from './marks.ts';

/** What somebody wrote, as text and nothing else: chips for what hides in it, marks over spans. */
export function Words(
  { text, marks = [], skip = 0 }: { text: string; marks?: readonly Mark[]; skip?: number },
) {
  return (
    <bdi class='words' dir='auto'>
      {stretches(text, marks, skip).map((stretch, at) => <Part key={at} {...stretch} />)}
    </bdi>
  );
}

function Part({ text, numbers, begins }: Stretch) {
  if (numbers.length === 0) return <Pieces text={text} />;
  return (
    <mark data-reasons={numbers.join(' ')}>
      {begins.map((number) => <sup key={number}>{number}</sup>)}
      <Pieces text={text} />
    </mark>
  );
}

function Pieces({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece, at) => {
        switch (piece.kind) {
          case 'text':
            return piece.text;
          case 'hidden':
            return (
              <span key={at} class='hidden-character' title='a hidden character'>
                {piece.label}
              </span>
            );
          case 'lookalike':
            return (
              <span key={at} class='lookalike' title='a letter of another alphabet'>
                {`${piece.text} ${piece.label}`}
              </span>
            );
        }
      })}
    </>
  );
}
