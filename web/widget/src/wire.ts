/** What comes over the wire, as far as it matters here; docs/wire-protocol.md has all of it. */

export type Rating = 'up' | 'down' | 'wrong';

/** What stands in the place of an answer, from this character on. */
export interface Replace {
  readonly from: number;
  readonly text: string;
}

export interface Hitl {
  readonly state: string;
  readonly author?: string;
  readonly decision?: string;
  readonly message_id?: string;
  readonly agent?: { readonly display: string };
  readonly typing?: boolean;
  readonly replace?: Replace;
}

/** One chunk of a streamed answer. */
export interface Chunk {
  readonly choices: readonly {
    readonly index: number;
    readonly delta?: { readonly content?: string | null };
  }[];
  readonly hitl?: Hitl;
}

/** One event of a conversation. */
export interface News {
  readonly name: string;
  readonly id: string;
  readonly data: {
    readonly agent?: { readonly display: string; readonly away?: boolean } | null;
    readonly typing?: boolean;
    readonly message_id?: string;
    readonly text?: string;
    readonly delivery_id?: string;
    readonly replace?: Replace;
  };
}

/** What `POST /v1/conversations` answered the page's own server, who passed it on. */
export interface Grant {
  readonly id: string;
  readonly token: string;
  /** In seconds since 1970. */
  readonly expires_at: number;
  readonly models: readonly string[];
  readonly events: string;
}

/**
 * The server, or the way to it, failed. Without a `status` nobody answered. The message is for
 * customers; the `cause`, what hitl-chat said of it, is for who made the page.
 */
export class Problem extends Error {
  constructor(message: string, readonly status = 0, readonly after = 0, cause?: unknown) {
    super(message, { cause });
  }
}

/** hitl-chat takes this token no more: another one may do. */
export class Over extends Problem {}

/** A page's own server tells customers why it refuses them: `{"message": "…"}`. */
export async function problem(answer: Response, Kind = Problem): Promise<Problem> {
  const body = await answer.json().catch(() => null);
  const after = Number(answer.headers.get('retry-after')) || 0;
  return new Kind(body?.message ?? '', answer.status, after, body?.error?.message);
}
