import { difference } from '../../shared/difference.ts';
import { Changes } from '../../shared/changes.tsx';

/** From the first text to the second, word by word. */
export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <p class='difference' dir='auto'>
      <Changes told={difference(before, after)} before={before} after={after} />
    </p>
  );
}
