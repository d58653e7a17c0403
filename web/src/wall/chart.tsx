/** Small drawings of figures. Each figure is written beside its drawing too. */

export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly count: number;
}

/** How a whole falls into parts: one bar, and its legend as the words. */
export function Bar({ parts }: { parts: readonly Part[] }) {
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  let at = 0;
  return (
    <div class='bar'>
      <svg viewBox='0 0 100 6' preserveAspectRatio='none' aria-hidden='true'>
        <rect class='track' width='100' height='6' />
        {all > 0 && parts.map((part) => {
          const width = part.count / all * 100;
          const x = at;
          at += width;
          return <rect key={part.kind} class={part.kind} x={x} width={width} height='6' />;
        })}
      </svg>
      <ul>
        {parts.map((part) => (
          <li key={part.kind}>
            <span class={`key ${part.kind}`} aria-hidden='true' /> <b>{part.count}</b> {part.name}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Where a share stands, over the band in which it usually lies; `most` is the end of the axis. */
export function Range({ share, low, high, most }: {
  share: number;
  low: number | null;
  high: number | null;
  most: number;
}) {
  const x = (value: number) => Math.min(100, value / (most || 1) * 100);
  return (
    <svg class='range' viewBox='0 0 100 12' preserveAspectRatio='none' aria-hidden='true'>
      <rect class='track' y='4' width='100' height='4' />
      {low !== null && high !== null && (
        <rect class='band' x={x(low)} y='2' width={Math.max(1, x(high) - x(low))} height='8' />
      )}
      <rect class='mark' x={Math.max(0, x(share) - 1)} width='2' height='12' />
    </svg>
  );
}
