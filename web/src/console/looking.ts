/** What the person at this console looks at: a hold, or a conversation that a person speaks in. */

export interface Looking {
  readonly at: 'hold' | 'conv';
  readonly id: string;
}

/** As it stands in the address, so that a reload and a link lead to the same thing. */
export function address(looking: Looking | null): string {
  return looking ? `#${looking.at}:${encodeURIComponent(looking.id)}` : '#';
}

export function read(hash: string): Looking | null {
  const found = /^#(hold|conv):(.+)$/.exec(hash);
  if (!found?.[2]) return null;
  try {
    return { at: found[1] === 'hold' ? 'hold' : 'conv', id: decodeURIComponent(found[2]) };
  } catch {
    return null;
  }
}

/** The stream of the server that tells about it. */
export function stream(looking: Looking): string {
  return `${looking.at}:${looking.id}`;
}

export function same(one: Looking | null, other: Looking | null): boolean {
  return one?.at === other?.at && one?.id === other?.id;
}
