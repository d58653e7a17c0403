import { equal } from 'node:assert/strict';
import type { DecisionView } from '../shared/protocol.gen.ts';
import { hold } from './examples.ts';
import { arrival, outcome } from './outcome.ts';

const decided = (id: string, action: DecisionView['action']) =>
  hold('a', {
    state: 'decided',
    decision: {
      by: { id, name: id === 'ben' ? 'Ben' : id },
      action,
      at: 1,
      recheck: 'clean',
      text_sha: '',
      because: [],
      helped: [],
      seconder: null,
      corrects: false,
    },
  });

Deno.test('it is said who decided, and that somebody else was first', () => {
  equal(outcome(decided('me', 'approve'), 'me'), 'You approved');
  equal(outcome(decided('ben', 'edit'), 'me'), 'Ben edited this hold first');
  equal(outcome(hold('a'), 'me'), '');
});

Deno.test('it is said that what was sent is withdrawn', () => {
  const edited = decided('me', 'edit');
  const { decision } = edited;
  if (!decision) throw new Error('it is decided');
  equal(
    outcome({ ...edited, decision: { ...decision, corrects: true } }, 'me'),
    'You edited (what was sent is withdrawn)',
  );
});

Deno.test('what no person decided is not called a decision of a person', () => {
  equal(
    outcome(decided('system:deadline', 'fallback_text'), 'me'),
    'Time ran out: the safe answer went out',
  );
  equal(
    outcome(decided('system:no_agent', 'block'), 'me'),
    'Nobody was there: the answer was blocked',
  );
  equal(
    outcome(hold('a', { state: 'cancelled' }), 'me'),
    'Cancelled: nobody waits for this answer any more',
  );
});

Deno.test('whether it arrived is said', () => {
  equal(arrival(hold('a', { delivery: 'delivered' })), 'the customer has it');
  equal(
    arrival(hold('a', { delivery: 'undelivered' })),
    'not delivered yet: the customer is not connected',
  );
  equal(arrival(hold('a', { delivery: 'delivering' })), 'on its way to the customer');
  equal(arrival(hold('a')), '');
});
