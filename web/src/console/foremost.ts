/**
 * Which of a person's tabs makes the noise, and whether any of them is looked at. The browser's
 * locks answer both: a tab that is closed, frozen or killed loses its own at once, without a clock.
 */
export interface Foremost {
  /** Whether this tab is the one that rings. */
  rings(): boolean;
  /** Whether one of the tabs can be seen now. */
  seen(): Promise<boolean>;
}

/** As much of a document as is used here. */
export type Page = Pick<Document, 'visibilityState' | 'addEventListener'>;

export function foremost(locks: LockManager | undefined, page: Page): Foremost {
  if (!locks) return { rings: () => true, seen: () => Promise.resolve(visible(page)) };
  let first = false;
  void locks.request('hitl-rings', () => {
    first = true;
    return forever;
  });
  show(locks, page);
  return {
    rings: () => first,
    seen: async () => (await locks.query()).held?.some(({ name }) => name === SEEN) ?? false,
  };
}

const SEEN = 'hitl-seen';
const forever = new Promise<void>(() => {});

export function visible(page: Pick<Page, 'visibilityState'>): boolean {
  return page.visibilityState === 'visible';
}

/** Holds a lock that all visible tabs share, for as long as this one is. */
function show(locks: LockManager, page: Page): void {
  let hide = () => {};
  const look = () => {
    hide();
    if (!visible(page)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    hide = resolve;
    void locks.request(SEEN, { mode: 'shared' }, () => promise);
  };
  page.addEventListener('visibilitychange', look);
  look();
}
