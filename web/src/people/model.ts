/** What the page knows and asks: who we are, who works here, what we changed. */
import { signal } from '@preact/signals';
import { onPeople } from '../text/people.ts';
import { refusal } from '../text/refusals.ts';

export interface Me {
  readonly person: string;
  readonly name: string;
  readonly role: string;
  readonly may: readonly string[];
  readonly has_password: boolean;
  readonly csrf: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly state: 'online' | 'away' | 'offline' | 'shut_out';
  readonly load: number;
  readonly capacity: number;
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  readonly has_password: boolean;
}

export interface Everybody {
  readonly people: readonly Person[];
  readonly roles: readonly string[];
  readonly usual: number;
}

export interface Session {
  readonly about: string;
  readonly since: number;
  readonly seen: number;
  readonly here: boolean;
}

export interface Link {
  readonly name: string;
  readonly link: string;
}

/** What is written into a person's form; `name` counts for new ones only. */
export interface Written {
  readonly name: string;
  readonly role: string;
  readonly skills: string;
  readonly languages: string;
  readonly capacity: string;
}

export type Fetch = (address: string, init?: RequestInit) => Promise<Response>;

/** What was not done, and why: what the server says, or that it does not answer. */
export class Refused extends Error {}

export class Model {
  readonly me = signal<Me | null>(null);
  readonly signedOut = signal(false);
  readonly everybody = signal<Everybody | null>(null);
  readonly sessions = signal<readonly Session[]>([]);
  readonly link = signal<Link | null>(null);
  readonly said = signal('');
  /** What is shown is old: it could not be asked for just now. */
  readonly lost = signal(false);

  constructor(readonly ask: Fetch) {}

  may(act: string): boolean {
    return this.me.value?.may.includes(act) ?? false;
  }

  async load(): Promise<void> {
    const me: Me = await this.#get('/console/me');
    const colleagues = me.may.includes('colleagues');
    const everybody = colleagues ? await this.#get('/console/people/list') : null;
    const sessions = await this.#get('/console/sessions');
    [this.me.value, this.everybody.value, this.sessions.value] = [me, everybody, sessions];
  }

  /** Somebody came, went or got busy. What is old meanwhile is called so, and asked for again. */
  async again(): Promise<void> {
    if (this.signedOut.value) return;
    const first = !this.me.value;
    const why = await attempt(() => this.load());
    this.lost.value = why !== '';
    if (first) this.said.value = why;
  }

  async invite(written: Written): Promise<void> {
    const { name, role } = written;
    this.link.value = await this.#post('/console/people', { name, role, ...able(written) });
    await this.again();
  }

  async change(who: Person, written: Written): Promise<void> {
    const role = this.may('people') && written.role !== who.role ? { role: written.role } : {};
    await this.#post(`/console/people/${who.id}`, { ...able(written), ...role });
    this.said.value = onPeople.value.saved(who.name);
    await this.again();
  }

  async reset(who: Person): Promise<void> {
    this.link.value = await this.#post(`/console/people/${who.id}/reset`);
    await this.again();
  }

  async shutOut(who: Person): Promise<void> {
    await this.#post(`/console/people/${who.id}/deactivate`);
    this.said.value = onPeople.value.isShutOut(who.name);
    await this.again();
  }

  async changePassword(old: string, fresh: string): Promise<void> {
    await this.#post('/console/password', { old, new: fresh });
    this.said.value = onPeople.value.passwordChanged;
    await this.again();
  }

  async endSessions(which: 'others' | 'all'): Promise<void> {
    await this.#post('/console/sessions/end', { which });
    if (which === 'all') this.signedOut.value = true;
    else {
      this.said.value = onPeople.value.othersEnded;
      await this.again();
    }
  }

  // deno-lint-ignore no-explicit-any -- what it is, the caller says
  async #get(address: string): Promise<any> {
    return await this.#answer(address, { cache: 'no-store' });
  }

  // deno-lint-ignore no-explicit-any -- what it is, the caller says
  async #post(address: string, body?: unknown): Promise<any> {
    const token = { 'x-csrf-token': this.me.value?.csrf ?? '' };
    const init: RequestInit = body === undefined ? { method: 'POST', headers: token } : {
      method: 'POST',
      headers: { ...token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return await this.#answer(address, init);
  }

  async #answer(address: string, init: RequestInit): Promise<unknown> {
    const answer = await this.ask(address, init).catch(() => null);
    if (!answer) {
      this.lost.value = true;
      throw new Refused(onPeople.value.unreachable);
    }
    const told = await answer.json().catch(() => null); // of whatever stands before the server
    if (answer.ok && told) return told;
    if (told?.error?.code === 'signed_out') this.signedOut.value = true;
    throw new Refused(
      told?.error ? refusal(told.error) : onPeople.value.unanswered(String(answer.status)),
    );
  }
}

/** Does it, and says why not; '' when it is done. */
export async function attempt(act: () => Promise<void>): Promise<string> {
  try {
    await act();
    return '';
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

export function able({ skills, languages, capacity }: Written) {
  return {
    skills: words(skills),
    languages: words(languages),
    capacity: Math.trunc(Number(capacity)) || 0,
  };
}

/** A role as people call it. */
export function roleName(role: string): string {
  const known: Readonly<Record<string, string>> = onPeople.value.roles;
  return known[role] ?? role;
}

export function words(written: string): string[] {
  const found = written.toLowerCase().split(/[\s,;]+/).filter(Boolean);
  return [...new Set(found)];
}

export function written(who: Person | null): Written {
  return {
    name: who?.name ?? '',
    role: who?.role ?? 'agent',
    skills: who?.skills.join(', ') ?? '',
    languages: who?.languages.join(', ') ?? '',
    capacity: who?.capacity ? String(who.capacity) : '',
  };
}

/** How a browser calls itself, for people: the browser and the system, if they can be told. */
export function browser(about: string): string {
  const named = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((one) =>
    about.includes(`${one}/`)
  );
  const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'CrOS', 'Linux'];
  const system = systems.find((one) => about.includes(one));
  const known = { Edg: 'Edge', OPR: 'Opera' } as Record<string, string>;
  const parts = [named && (known[named] ?? named), system].filter(Boolean);
  const [first, second] = parts as string[];
  if (first && second) return onPeople.value.on(first, second);
  return first ?? (about.slice(0, 60) || onPeople.value.unknownBrowser);
}
