/** Who is signed in, as the server says; tickets for the socket. The cookie is not ours to read. */

import { refusal } from '../text/refusals.ts';
import { say } from '../text/say.ts';
import type { Prepared } from './canned.ts';
import type { Alike } from './together.ts';

export interface Me {
  readonly person: string;
  readonly tenant: string;
  readonly name: string;
  readonly role: string;
  readonly may: readonly string[];
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  /** How work comes to people here: they choose, they ask for the next, or it is given to them. */
  readonly mode: 'pull' | 'next' | 'push';
  readonly csrf: string;
}

/** Asks the server. */
type Ask = (address: string, init?: RequestInit) => Promise<Response>;

/** null: nobody is signed in here, or no longer. */
export async function me(): Promise<Me | null> {
  const answer = await fetch('/console/me', { cache: 'no-store' });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`/console/me answers ${answer.status}`);
  return await answer.json();
}

/** A ticket opens one socket, once, within seconds. */
export async function ticket(signedIn: Me): Promise<string | null> {
  const answer = await changing('/console/ticket', signedIn);
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`/console/ticket answers ${answer.status}`);
  return (await answer.json()).ticket;
}

/** Whether nobody is signed in here any more. */
export async function signOut(signedIn: Me | null): Promise<boolean> {
  try {
    const answer = signedIn && await changing('/console/sign-out', signedIn);
    return answer !== null && (answer.ok || answer.status === 401);
  } catch {
    return false;
  }
}

/** What a model would write; or why not, in words for people. */
export async function suggestion(
  signedIn: Me,
  wish: Readonly<Record<string, string>>,
  ask: Ask = fetch,
): Promise<{ text: string; model: string } | { problem: string }> {
  try {
    const answer = await changing('/console/suggestions', signedIn, wish, ask);
    if (answer.status === 429) {
      const seconds = Number(answer.headers.get('retry-after')) || 1;
      return { problem: say.value.notices.tooMany(seconds) };
    }
    const body = await answer.json();
    return answer.ok ? body : { problem: refusal(body.error) };
  } catch {
    return { problem: say.value.notices.unreachable };
  }
}

/** The prepared replies; or why there are none, in words for people. */
export async function replies(
  ask: Ask = fetch,
): Promise<{ replies: readonly Prepared[] } | { problem: string }> {
  try {
    const answer = await ask('/console/replies', { cache: 'no-store' });
    const body = await answer.json();
    return answer.ok ? { replies: body } : { problem: refusal(body.error) };
  } catch {
    return { problem: say.value.notices.noReplies };
  }
}

/** Which of these holds are nearly the same; none, if that cannot be said now. */
export async function alike(hold: string, of: readonly string[]): Promise<readonly Alike[]> {
  const asked = new URLSearchParams(of.map((one) => ['of', one]));
  try {
    const answer = await fetch(`/console/holds/${encodeURIComponent(hold)}/alike?${asked}`);
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

function changing(
  address: string,
  signedIn: Me,
  body?: unknown,
  ask: Ask = fetch,
): Promise<Response> {
  const headers = { 'x-csrf-token': signedIn.csrf };
  if (body === undefined) return ask(address, { method: 'POST', headers });
  return ask(address, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
