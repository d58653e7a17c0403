import { deepEqual, equal } from 'node:assert/strict';
import { shelf } from '../console/desks.ts';
import { KEYS as CONSOLE } from '../console/registry.ts';
import { KEYS as LANE } from '../lane/keys.ts';
import { Bindings } from './bindings.ts';

const on = { console: CONSOLE, lane: LANE };

/** A page that Ana has open. */
function page(name: keyof typeof on, kept = shelf()) {
  const made = new Bindings(kept, name);
  made.learn(on[name]);
  made.load('ana');
  return made;
}

Deno.test('a key that is another on one page is what it was on the other', () => {
  for (const [one, other, key] of [['lane', 'console', 'a'], ['console', 'lane', 'f']] as const) {
    const kept = shelf();
    const here = page(one, kept);
    equal(here.clash({ back: key }), undefined);
    here.set({ back: key });
    equal(page(other, kept).shown('back'), 'Esc');
  }
});

Deno.test('keys of one page as in the beginning leave those of the other', () => {
  const kept = shelf();
  page('console', kept).set({ approve: 'q' });
  page('lane', kept).reset();
  equal(page('console', kept).shown('approve'), 'q');
});

Deno.test('letters that are switched off rest on every page', () => {
  const kept = shelf();
  page('console', kept).switchOff(true);
  deepEqual([page('lane', kept).off, page('lane', kept).shown('fine')], [true, '']);
});

Deno.test('of two open tabs neither forgets what the other has changed', () => {
  const kept = shelf();
  const [one, other] = [page('console', kept), page('console', kept)];
  one.set({ approve: 'y' });
  equal(other.clash({ edit: 'y' })?.id, 'approve');
  other.set({ edit: 'v' });
  deepEqual([other.shown('approve'), page('console', kept).shown('approve')], ['y', 'y']);
});

Deno.test('what one tab changes the others answer to at once', () => {
  const kept = shelf();
  const [one, other, lane] = [page('console', kept), page('console', kept), page('lane', kept)];
  one.set({ approve: 'y' });
  other.elsewhere({ key: 'hitl-keys:console:ben' });
  equal(other.shown('approve'), 'a');
  other.elsewhere({ key: 'hitl-keys:console:ana' });
  equal(other.shown('approve'), 'y');
  one.switchOff(true);
  lane.elsewhere({ key: 'hitl-letters:ana' });
  equal(lane.off, true);
  one.reset();
  other.elsewhere({ key: null });
  deepEqual([other.shown('approve'), other.off], ['a', false]);
});

Deno.test('what rests is somebody\u2019s key nevertheless', () => {
  const here = page('console');
  here.switchOff(true);
  equal(here.clash({ approve: 'e' })?.id, 'edit');
});
