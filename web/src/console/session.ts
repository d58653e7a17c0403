/** Who is signed in, as the server says; tickets for the socket. The cookie is not ours to read. */

export interface Me {
  readonly person: string;
  readonly tenant: string;
  readonly name: string;
  readonly role: string;
  readonly may: readonly string[];
  readonly csrf: string;
}

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

export async function signOut(signedIn: Me): Promise<void> {
  await changing('/console/sign-out', signedIn);
}

function changing(address: string, signedIn: Me): Promise<Response> {
  return fetch(address, { method: 'POST', headers: { 'x-csrf-token': signedIn.csrf } });
}
