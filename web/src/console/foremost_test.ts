import { deepEqual } from 'node:assert/strict';
import { foremost, type Locks, type Page } from './foremost.ts';

interface Held {
  readonly name: string;
  readonly shared: boolean;
}

type Run = () => Promise<void> | undefined;

/** A browser's locks, as several tabs ask for them. */
class Browser {
  #held: Held[] = [];
  #waiting: (() => boolean)[] = [];

  readonly locks = {
    request: (name: string, ...more: [LockOptions, Run] | [Run]) => {
      const run = more.at(-1) as Run;
      const wanted = { name, shared: more.length === 2 && more[0].mode === 'shared' };
      const attempt = () => {
        if (this.#held.some((one) => one.name === name && !(one.shared && wanted.shared))) {
          return false;
        }
        this.#held.push(wanted);
        void Promise.resolve(run()).then(() => {
          this.#held = this.#held.filter((one) => one !== wanted);
          this.#waiting = this.#waiting.filter((next) => !next());
        });
        return true;
      };
      void Promise.resolve().then(() => attempt() || this.#waiting.push(attempt));
    },
    query: () => Promise.resolve({ held: this.#held.map(({ name }) => ({ name })), pending: [] }),
  } as unknown as Locks;

  tab(locks: Locks | undefined = this.locks) {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    const tab = foremost(locks, page as unknown as Page);
    tab.stands('live');
    return { ...tab, page, tell: (what: string) => page.dispatchEvent(new Event(what)) };
  }
}

/** Once everything has come round that was asked for. */
async function settled(): Promise<void> {
  for (let round = 0; round < 10; round++) await Promise.resolve();
}

async function ringing(...tabs: readonly { rings(): boolean }[]): Promise<boolean[]> {
  await settled();
  return tabs.map((tab) => tab.rings());
}

for (const standing of ['signed_out', 'not_allowed', 'crowded'] as const) {
  Deno.test(`a tab that is ${standing} leaves the ringing to another, and sees nothing`, async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    one.shows('hold:a');
    deepEqual(await ringing(one, other), [true, false]);
    deepEqual((await other.seen()).toSorted(), ['', 'hold:a']);
    one.stands(standing);
    deepEqual(await ringing(one, other), [false, true]);
    deepEqual(await other.seen(), ['']);
    one.stands('live');
    deepEqual(await ringing(one, other), [false, true]);
    other.stands('signed_out');
    deepEqual(await ringing(one, other), [true, false]);
    deepEqual(await other.seen(), ['hold:a']);
  });
}

Deno.test('who has not heard anything yet does not ring', async () => {
  const browser = new Browser();
  const one = browser.tab();
  one.stands('signed_out');
  one.stands('connecting');
  deepEqual(await ringing(one), [false]);
});

Deno.test('a tab that waits for its turn and is over does not get it', async () => {
  const browser = new Browser();
  const [one, other] = [browser.tab(), browser.tab()];
  deepEqual(await ringing(one, other), [true, false]);
  other.stands('crowded');
  one.stands('crowded');
  deepEqual(await ringing(one, other), [false, false]);
});

Deno.test('a lost connection sees nothing, and rings as before once it is back', async () => {
  const browser = new Browser();
  const [one, other] = [browser.tab(), browser.tab()];
  await settled();
  one.stands('lost');
  deepEqual(await ringing(one, other), [true, false]);
  deepEqual(await other.seen(), ['']);
});

Deno.test('what cannot be seen is not seen, and a frozen tab does not ring', async () => {
  const browser = new Browser();
  const [one, other] = [browser.tab(), browser.tab()];
  other.shows('hold:b');
  await settled();
  one.page.visibilityState = 'hidden';
  one.tell('visibilitychange');
  deepEqual(await ringing(one, other), [true, false]);
  deepEqual(await one.seen(), ['hold:b']);
  one.tell('freeze');
  deepEqual(await ringing(one, other), [false, true]);
  one.tell('resume');
  other.tell('freeze');
  deepEqual(await ringing(one, other), [true, false]);
});

Deno.test('where tabs cannot know of each other, each rings while it hears', async () => {
  const browser = new Browser();
  const one = foremost(undefined, { visibilityState: 'visible', addEventListener: () => {} });
  deepEqual([one.rings(), await one.seen()], [false, []]);
  one.stands('live');
  one.shows('hold:a');
  deepEqual([one.rings(), await one.seen()], [true, ['hold:a']]);
  one.stands('signed_out');
  deepEqual([one.rings(), await one.seen()], [false, []]);
  deepEqual(await browser.tab().seen(), []);
});
