/**
 * What the wall knows and does: it looks every two seconds while somebody looks at it, and commands
 * over HTTP. Owns who is signed in; knows no view.
 */
import { computed, signal } from '@preact/signals';
import type { Standing } from '../shared/standing.ts';
import type {
  AnyCommand,
  Queue,
  StopMode,
  Thresholds,
  ThresholdView,
  WallView,
} from '../shared/protocol.gen.ts';
import { refusal } from '../text/refusals.ts';
import { onWall } from '../text/wall.ts';

export interface Me {
  readonly person: string;
  readonly name: string;
  readonly may: readonly string[];
  readonly csrf: string;
}

/** As much of the world as this needs; a test brings its own. */
export interface Around {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly visible: () => boolean;
}

export class Figures {
  readonly me = signal<Me | null>(null);
  readonly view = signal<WallView | null>(null);
  readonly thresholds = signal<readonly ThresholdView[]>([]);
  readonly standing = signal<Standing>('connecting');
  /** What became of the last thing that was done here; a problem is said as the server says it. */
  readonly notice = signal<{ readonly text: string; readonly problem: boolean } | null>(null);
  readonly directs = computed(() => this.may('direct'));

  constructor(private readonly around: Around) {}

  may(act: string): boolean {
    return this.me.value?.may.includes(act) ?? false;
  }

  async begin(): Promise<void> {
    const me = await this.#get<Me>('/console/me');
    if (!me) return;
    this.me.value = me;
    if (!this.may('colleagues')) this.standing.value = 'not_allowed';
    else await this.look();
  }

  /** Once; whoever is not looked at does not look. */
  async look(): Promise<void> {
    if (!this.me.value) return await this.begin();
    if (this.standing.value === 'not_allowed' || !this.around.visible()) return;
    const view = await this.#get<WallView>('/console/wall');
    const moved = view && await this.#get<Thresholds>('/console/wall/thresholds');
    if (!view || !moved) return;
    this.view.value = view;
    this.thresholds.value = moved.thresholds;
    this.standing.value = 'live';
  }

  // --- acts -------------------------------------------------------------------------------------

  call(text: string, to = ''): Promise<boolean> {
    return this.#post('/console/wall/call', { text, to });
  }

  stop(mode: StopMode): Promise<boolean> {
    return this.command({ do: 'stop', mode });
  }

  move(rule: string, check: string, above: number, seconds: number): Promise<boolean> {
    return this.#post('/console/wall/thresholds', { rule, check, above, seconds });
  }

  end(id: string): Promise<boolean> {
    return this.#post('/console/wall/thresholds/end', { id });
  }

  command(command: AnyCommand): Promise<boolean> {
    return this.#post('/console/commands', command, crypto.randomUUID());
  }

  /** What people have in hand, one by one: only asked for when somebody wants to give it away. */
  queue(): Promise<Queue | null> {
    return this.#get<Queue>('/console/queue');
  }

  // --- the way there ----------------------------------------------------------------------------

  async #get<Body>(path: string): Promise<Body | null> {
    const answer = await this.#ask(path, { cache: 'no-store' });
    if (answer?.ok) return await answer.json();
    if (answer) this.standing.value = STANDING[answer.status] ?? 'lost';
    return null;
  }

  async #post(path: string, body: unknown, key = ''): Promise<boolean> {
    this.notice.value = null;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-csrf-token': this.me.value?.csrf ?? '',
    };
    if (key) headers['idempotency-key'] = key;
    const answer = await this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer?.ok) {
      await this.look();
      return true;
    }
    const text = answer ? await said(answer) : onWall.value.wall.unreachable;
    this.notice.value = { text, problem: true };
    return false;
  }

  async #ask(path: string, init: RequestInit): Promise<Response | null> {
    try {
      const answer = await this.around.fetch(path, init);
      if (answer.status === 401) this.standing.value = 'signed_out';
      return answer;
    } catch {
      this.standing.value = 'lost'; // fetch says no more than that
      return null;
    }
  }
}

/** Any other refusal: what is shown is old. */
const STANDING: Readonly<Record<number, Standing>> = { 401: 'signed_out', 403: 'not_allowed' };

async function said(answer: Response): Promise<string> {
  const body = await answer.json().catch(() => null);
  return body?.error ? refusal(body.error) : onWall.value.wall.unreachable;
}
