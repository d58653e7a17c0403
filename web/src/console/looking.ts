/** What the person at this console looks at: a hold, or a conversation that a person speaks in. */

export interface Looking {
  readonly at: 'hold' | 'conv';
  readonly id: string;
  /** Of a conversation: the hold that was taken over with it, for what was sent and what was not. */
  readonly hold?: string;
}

/** As it stands in the address, so that a reload and a link lead to the same thing. */
export function address(looking: Looking | null): string {
  if (!looking) return '#';
  const parts = looking.hold ? [looking.id, looking.hold] : [looking.id];
  return `#${looking.at}:${parts.map(encodeURIComponent).join('/')}`;
}

/** What an address names; what cannot be the name of a stream, no server would follow. */
export function read(hash: string): Looking | null {
  const [, at, first, second] = /^#(hold|conv):([^/]+)(?:\/([^/]+))?$/.exec(hash) ?? [];
  const id = named(first);
  const hold = named(second);
  if (!id || (second && !hold)) return null;
  const found: Looking = { at: at === 'hold' ? 'hold' : 'conv', id };
  return hold ? { ...found, hold } : found;
}

function named(written = ''): string {
  try {
    const id = decodeURIComponent(written);
    return /^[\x21-\x7e]{1,200}$/.test(id) ? id : '';
  } catch {
    return '';
  }
}

/** The streams of the server that tell about it. */
export function streams(looking: Looking | null): string[] {
  if (!looking) return [];
  const own = `${looking.at}:${looking.id}`;
  return looking.hold ? [own, `hold:${looking.hold}`] : [own];
}
