/** How long is left, as the queue and the card show it: `0:09`, `12:00`, `1:05:00`, never negative. */
export function countdown(millisecondsLeft: number): string {
  const seconds = Math.max(0, Math.ceil(millisecondsLeft / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = hours > 0 ? [hours, padded(minutes)] : [minutes];
  return [...parts, padded(seconds % 60)].join(':');
}

function padded(part: number): string {
  return String(part).padStart(2, '0');
}
