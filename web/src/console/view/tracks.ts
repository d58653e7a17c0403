import { useEffect, useState } from 'preact/hooks';
import type { Track } from '../../shared/protocol.gen.ts';

/** How often the checks of a hold were right before; asked for once it may be seen. */
export function useTracks(hold: string, wanted: boolean): readonly Track[] {
  const [known, setKnown] = useState<readonly Track[]>([]);
  useEffect(() => {
    const gone = new AbortController();
    setKnown([]);
    if (wanted) void fetched(hold, gone.signal).then(setKnown);
    return () => gone.abort();
  }, [hold, wanted]);
  return known;
}

/** None, if that cannot be said now: it is one more thing to weigh, and no more. */
async function fetched(hold: string, signal: AbortSignal): Promise<readonly Track[]> {
  try {
    const answer = await fetch(`/console/holds/${encodeURIComponent(hold)}/track`, { signal });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}
