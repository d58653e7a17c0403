/**
 * Which of a person's tabs makes the noise, and what can be seen in any of them. The browser's locks
 * answer both: a tab that is closed, frozen or killed loses its own at once, without a clock.
 */
export interface Foremost {
  /** Whether this tab is the one that rings. */
  rings(): boolean;
  /** What this tab shows, as the others are told while it can be seen; '' for nothing of its own. */
  shows(what: string): void;
  /** What the tabs that can be seen now show: nothing at all where there is none. */
  seen(): Promise<readonly string[]>;
}

/** As much of a document as is used here. */
export type Page = Pick<Document, 'visibilityState' | 'addEventListener'>;

export function foremost(locks: LockManager | undefined, page: Page): Foremost {
  if (!locks) return alone(page);
  let first = false;
  void locks.request('hitl-rings', () => {
    first = true;
    return forever;
  });
  return {
    rings: () => first,
    shows: showing(locks, page),
    seen: async () => {
      const { held } = await locks.query();
      const names = (held ?? []).flatMap(({ name }) => name ?? []);
      return names.filter((name) => name.startsWith(SEEN)).map((name) => name.slice(SEEN.length));
    },
  };
}

/** Where tabs cannot know of each other, each is the only one. */
function alone(page: Page): Foremost {
  let shown = '';
  return {
    rings: () => true,
    shows: (what) => void (shown = what),
    seen: () => Promise.resolve(visible(page) ? [shown] : []),
  };
}

const SEEN = 'hitl-seen:';
const forever = new Promise<void>(() => {});

export function visible(page: Pick<Page, 'visibilityState'>): boolean {
  return page.visibilityState === 'visible';
}

/** Holds a lock by the name of what is shown, for as long as this tab can be seen. */
function showing(locks: LockManager, page: Page): (what: string) => void {
  let shown = '';
  let hide = () => {};
  const look = () => {
    const before = hide;
    const { promise, resolve } = Promise.withResolvers<void>();
    hide = resolve;
    if (!visible(page)) return before();
    void locks.request(SEEN + shown, { mode: 'shared' }, () => {
      before(); // not a moment without
      return promise;
    });
  };
  page.addEventListener('visibilitychange', look);
  look();
  return (what) => {
    if (what === shown) return;
    shown = what;
    look();
  };
}
