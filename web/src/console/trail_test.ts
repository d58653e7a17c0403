import { equal } from 'node:assert/strict';
import { step } from './trail.ts';

const ana = { id: 'ana', name: 'Ana' };

Deno.test('every step says who did what', () => {
  const said = (what: string, detail = '', by: typeof ana | null = ana) =>
    step({ what, by, at: 0, detail }, 'me');
  equal(said('opened', '', null), 'held');
  equal(said('looked'), 'Ana looked at it');
  equal(said('claimed'), 'Ana claimed it');
  equal(said('proposed', 'edit'), 'Ana proposed to edit it');
  equal(said('undone'), 'Ana took that back');
  equal(said('given'), 'Ana gave it to a colleague');
  equal(said('hurried'), 'Ana sent it without waiting for an undo');
  equal(said('decided', 'take_over'), 'Ana took over');
  equal(said('revealed', 'wrong'), 'Ana thought “wrong”, then saw the scores');
  equal(said('rechecked', 'warned', null), 'the checks warn of the edit');
  equal(said('delivery', 'delivered', null), 'the customer has it');
  equal(said('delivery', 'delivering', null), 'on its way to the customer');
  equal(said('something_new'), 'Ana something new');
});

Deno.test('you are you, and the server is no person', () => {
  equal(step({ what: 'looked', by: ana, at: 0, detail: '' }, 'ana'), 'you looked at it');
  const clock = { id: 'system:deadline', name: 'system:deadline' };
  const late = step({ what: 'decided', by: clock, at: 0, detail: 'fallback_text' }, 'ana');
  equal(late, 'the server sent the safe answer');
  const liar = { id: 'person_1', name: 'system:deadline' };
  const theirs = step({ what: 'decided', by: liar, at: 0, detail: 'reject' }, 'ana');
  equal(theirs, 'system:deadline rejected it');
});
