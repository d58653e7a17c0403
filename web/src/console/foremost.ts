/**
 * Which of a person's tabs makes the noise, and what can be seen in any of them. The browser's locks
 * answer both: a tab that is closed or killed loses its own at once, without a clock; one that is
 * frozen, or hears nothing any more, lets go of them.
 */
import type { Standing } from '../shared/standing.ts';

export interface Foremost {
  /** What becomes of this tab's connection: who hears nothing neither rings nor sees anything. */
  stands(standing: Standing): void;
  /** Whether this tab is the one that rings. */
  rings(): boolean;
  /** What this tab shows, as the others are told while it can be seen; '' for nothing of its own. */
  shows(what: string): void;
  /** What the tabs that can be seen now show: nothing at all where there is none. */
  seen(): Promise<readonly string[]>;
}

/** As much of a document as is used here. */
export type Page = Pick<Document, 'visibilityState' | 'addEventListener'>;

/** As much of the browser's locks. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

const SEEN = 'hitl-seen:';

export function foremost(locks: Locks | undefined, page: Page): Foremost {
  if (!locks) return alone(page);
  const ring = turn(locks);
  const show = inTurn(locks);
  const here = { hears: false, live: false, frozen: false, shown: '' };
  const look = () => {
    ring.wants(here.hears && !here.frozen);
    show(here.live && !here.frozen && visible(page) ? SEEN + here.shown : '');
  };
  page.addEventListener('visibilitychange', look);
  for (const frozen of [true, false]) {
    page.addEventListener(frozen ? 'freeze' : 'resume', () => {
      here.frozen = frozen;
      look();
    });
  }
  return {
    stands: (standing) => {
      here.live = standing === 'live';
      here.hears = hears(here.hears, standing);
      look();
    },
    rings: () => ring.has(),
    shows: (what) => {
      here.shown = what;
      look();
    },
    seen: async () => {
      const { held } = await locks.query();
      const names = (held ?? []).flatMap(({ name }) => name ?? []);
      return names.filter((name) => name.startsWith(SEEN)).map((name) => name.slice(SEEN.length));
    },
  };
}

/** Where tabs cannot know of each other, each is the only one. */
function alone(page: Page): Foremost {
  const here = { hears: false, live: false, shown: '' };
  return {
    stands: (standing) => {
      here.live = standing === 'live';
      here.hears = hears(here.hears, standing);
    },
    rings: () => here.hears,
    shows: (what) => void (here.shown = what),
    seen: () => Promise.resolve(here.live && visible(page) ? [here.shown] : []),
  };
}

/** Who comes back from a lost connection rings for what came meanwhile, if it was to ring before. */
function hears(before: boolean, standing: Standing): boolean {
  return standing === 'live' || (before && (standing === 'lost' || standing === 'connecting'));
}

export function visible(page: Pick<Page, 'visibilityState'>): boolean {
  return page.visibilityState === 'visible';
}

/** One of the tabs that want to ring has the turn. */
function turn(locks: Locks): { wants(on: boolean): void; has(): boolean } {
  let wanted: symbol | null = null;
  let has = false;
  let done = () => {};
  const begin = () => {
    const mine = wanted = Symbol('turn');
    const { promise, resolve } = Promise.withResolvers<void>();
    void locks.request('hitl-rings', () => {
      if (mine !== wanted) return; // it was not wanted any more before its turn came
      [has, done] = [true, resolve];
      return promise;
    });
  };
  const end = () => {
    [wanted, has] = [null, false];
    done();
  };
  return {
    wants: (on) => {
      if (on !== (wanted !== null)) (on ? begin : end)();
    },
    has: () => has,
  };
}

/** Holds the lock of this name, in the place of the one before; '' for none. */
function inTurn(locks: Locks): (name: string) => void {
  let held = '';
  let end = () => {};
  return (name) => {
    if (name === held) return;
    const before = end;
    held = name;
    if (!name) return before();
    const { promise, resolve } = Promise.withResolvers<void>();
    end = resolve;
    void locks.request(name, { mode: 'shared' }, () => {
      before(); // not a moment without
      return promise;
    });
  };
}
