import { say } from '../text/say.ts';
import { alike, type Change, difference } from './difference.ts';
import { Pieces, Words } from './words.tsx';

/** The same of a text beside another one: what differs is struck out and put in, if not all does. */
export function Difference({ before, after }: { before: string; after: string }) {
  const told = difference(before, after);
  if (!alike(told)) return <Words text={after} />;
  return (
    <bdi class='words versus' dir='auto'>
      <Changes told={told} before={before} after={after} />
    </bdi>
  );
}

interface ChangesProps {
  readonly told: readonly Change[];
  readonly before: string;
  readonly after: string;
}

/** Read aloud, each change says what it is. */
export function Changes({ told, before, after }: ChangesProps) {
  const { added, removed } = say.value.words;
  return (
    <>
      {told.map(({ kind, text }, at) => {
        const words = <Pieces key={at} text={text} whole={kind === 'gone' ? before : after} />;
        if (kind === 'same') return words;
        const Tag = kind === 'new' ? 'ins' : 'del';
        return (
          <Tag key={at}>
            <span class='unseen'>{kind === 'new' ? added : removed}</span>
            {words}
          </Tag>
        );
      })}
    </>
  );
}
