import { say } from '../../text/say.ts';
import { difference } from '../../shared/difference.ts';

/** From the first text to the second, word by word. Read aloud, each change says what it is. */
export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <p class='difference' dir='auto'>
      {difference(before, after).map(({ kind, text }, at) => {
        switch (kind) {
          case 'same':
            return <span key={at}>{text}</span>;
          case 'gone':
            return (
              <del key={at}>
                <span class='unseen'>{say.value.words.removed}</span>
                {text}
              </del>
            );
          case 'new':
            return (
              <ins key={at}>
                <span class='unseen'>{say.value.words.added}</span>
                {text}
              </ins>
            );
        }
      })}
    </p>
  );
}
