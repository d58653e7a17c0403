import { deepEqual, equal, throws } from 'node:assert/strict';
import type { Desk } from './desk.ts';
import { quiet, shelf } from './desks.ts';
import { AWAY, owned } from './owner.ts';
import type { Me } from './session.ts';
import type { Shelf } from '../shared/shelf.ts';

const ANA = { person: 'person_ana' } as Me;

/** A page that Ana has just loaded in this tab, and the commands and words that she leaves. */
function left(tab: Shelf): Desk {
  const desk = quiet(() => 1000, tab);
  owned(desk, ANA.person);
  desk.me.value = ANA;
  desk.command({ do: 'undo', hold: 'a' });
  desk.typed.put('a', { '0/content': 'My careful words.' });
  desk.setAway(true);
  return desk;
}

/** A page that is loaded in the same browser. */
function opened({ around: { kept } }: Desk, person: string, tab = shelf()): Desk {
  const desk = quiet(() => 1000, tab, kept);
  owned(desk, person);
  return desk;
}

Deno.test('whoever comes back finds what they had left', () => {
  const tab = shelf();
  left(tab);
  const again = quiet(() => 1000, tab);
  owned(again, ANA.person);
  equal(again.waiting.value.length, 1);
  equal(again.typed.of('a')?.['0/content'], 'My careful words.');
  equal(tab.getItem(AWAY), 'yes');
});

Deno.test('somebody else neither sends it nor sees it, now or after a reload', () => {
  const tab = shelf();
  left(tab);
  const desk = quiet(() => 1000, tab);
  owned(desk, 'person_ben');
  for (const each of [desk, quiet(() => 1000, tab)]) {
    deepEqual([each.waiting.value, each.outbox.waiting, each.typed.all.value], [[], [], {}]);
  }
  equal(tab.getItem(AWAY), '');
});

Deno.test('a new tab begins with what a lost one left, and another person has none of it', () => {
  const lost = left(shelf());
  const next = opened(lost, ANA.person);
  equal(next.typed.of('a')?.['0/content'], 'My careful words.');
  deepEqual(next.waiting.value, []); // what was sent there may have been done
  next.typed.put('b', { '0/content': 'More.' });
  lost.typed.drop('a');
  deepEqual(Object.keys(opened(lost, ANA.person).typed.all.value), ['b']);
  deepEqual(opened(lost, 'person_ben').typed.all.value, {});
  next.typed.end();
  deepEqual(opened(lost, ANA.person).typed.all.value, {});
});

Deno.test('what a tab has itself is newer than what another one left', () => {
  const tab = shelf();
  const desk = left(tab);
  const other = opened(desk, ANA.person);
  other.typed.put('a', { '0/content': 'Other words.' });
  const again = opened(desk, ANA.person, tab);
  equal(again.typed.of('a')?.['0/content'], 'My careful words.');
});

Deno.test('a page that is open when somebody else signs in is loaded anew, until it is', () => {
  const tab = shelf();
  const desk = left(tab);
  let loaded = 0;
  desk.around.location.reload = () => loaded++;
  for (let tries = 0; tries < 2; tries++) throws(() => owned(desk, 'person_ben'));
  equal(loaded, 2);
  owned(desk, ANA.person); // her page still, if it is her again
  equal(desk.waiting.value.length, 1);
});
