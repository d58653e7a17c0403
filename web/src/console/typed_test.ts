import { deepEqual } from 'node:assert/strict';
import type { Shelf } from '../shared/shelf.ts';
import { shelf } from './desks.ts';
import { Typed } from './typed.ts';

const HELLO = { text: 'Hello' };

/** A browser with tabs, each of which hears what the others keep. */
class Browser {
  now = 1000;
  readonly place = shelf();
  readonly #tabs: Typed[] = [];

  tab(person = 'ana'): Typed {
    const kept: Shelf = {
      getItem: (key) => this.place.getItem(key),
      setItem: (key, newValue) => {
        const oldValue = this.place.getItem(key);
        this.place.setItem(key, newValue);
        if (oldValue === newValue) return;
        for (const other of this.#tabs) {
          if (other !== made) other.elsewhere({ key, oldValue, newValue });
        }
      },
    };
    const made = new Typed(shelf(), kept, () => this.now);
    made.begin(person);
    this.#tabs.push(made);
    return made;
  }
}

Deno.test('what two tabs have and one sends is in neither of them', () => {
  const browser = new Browser();
  const one = browser.tab();
  one.put('conv_1', HELLO);
  const other = browser.tab();
  deepEqual(other.of('conv_1'), HELLO);
  one.put('conv_1', { text: 'Hello, Eva' });
  deepEqual(other.of('conv_1'), { text: 'Hello, Eva' });
  one.drop('conv_1');
  deepEqual([one.all.value, other.all.value], [{}, {}]);
  other.put('conv_2', HELLO);
  deepEqual(browser.tab().all.value, { conv_2: HELLO });
});

Deno.test('what was written otherwise in one of them stays there', () => {
  const browser = new Browser();
  const one = browser.tab();
  one.put('conv_1', HELLO);
  one.put('conv_2', HELLO);
  const other = browser.tab();
  one.elsewhere({ key: 'something else', oldValue: null, newValue: null });
  other.all.value = { ...other.all.value, conv_1: { text: 'Hi' } };
  one.drop('conv_1');
  deepEqual(other.all.value, { conv_1: { text: 'Hi' }, conv_2: HELLO });
});

Deno.test('somebody else leaves nothing of it, and other tabs leave nothing more', () => {
  const browser = new Browser();
  const ana = browser.tab();
  ana.put('hold_1', HELLO);
  browser.tab('ben');
  deepEqual(browser.place.getItem('hitl-typed')?.includes('Hello'), false);
  ana.put('hold_2', HELLO);
  deepEqual([ana.of('hold_1'), browser.tab().all.value], [HELLO, {}]);
});

Deno.test('nor does a tab after its person signed out, in it or in another one', () => {
  const browser = new Browser();
  const [one, other] = [browser.tab(), browser.tab()];
  one.put('hold_1', HELLO);
  one.end();
  for (const tab of [one, other]) tab.put('hold_2', HELLO);
  deepEqual(browser.place.getItem('hitl-typed'), '');
  one.begin('ana'); // they are back, in the same page
  one.put('hold_3', HELLO);
  deepEqual(browser.tab().all.value, { hold_3: HELLO });
});

Deno.test('what nobody went on with for a day is left to nobody', () => {
  const browser = new Browser();
  const one = browser.tab();
  one.put('hold_1', HELLO);
  browser.now += 80_000;
  one.put('hold_2', HELLO);
  browser.now += 10_000;
  deepEqual(browser.tab().all.value, { hold_2: HELLO });
  deepEqual(browser.place.getItem('hitl-typed')?.includes('hold_1'), false);
  deepEqual(Object.keys(one.all.value), ['hold_1', 'hold_2']); // the tab itself has it
});

Deno.test('what had no room any more is not taken for sent', () => {
  const browser = new Browser();
  const one = browser.tab();
  one.put('hold_0', HELLO);
  const other = browser.tab();
  for (let at = 1; at <= 50; at++) one.put(`hold_${at}`, HELLO);
  deepEqual(browser.place.getItem('hitl-typed')?.includes('hold_0'), false);
  deepEqual(other.all.value, { hold_0: HELLO });
});
