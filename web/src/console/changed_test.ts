import { deepEqual } from 'node:assert/strict';
import type { Card, HoldView, Reason } from '../shared/protocol.gen.ts';
import { difference } from '../shared/difference.ts';
import { changed, shortened, told } from './changed.ts';
import { ANA, card } from './examples.ts';

const DEE = { id: 'dee', name: 'Dee' };
const NOTHING = 'Nothing you can read has changed. Press the key again.';

const reason = (rule: string, more: Partial<Reason> = {}): Reason => ({
  rule,
  check: 'patterns:x',
  code: 'matched',
  score: 1,
  spans: [],
  detail: '',
  ...more,
});
const seen = (more: Partial<HoldView> = {}, rest: Partial<Card> = {}): Card => ({
  ...card('a', 'We', more),
  ...rest,
});
const said = (before: Card, after: Card) => changed(before, after, ANA.id).said;

Deno.test('a lease, its heartbeat, the place in the queue and its record are no change', () => {
  const now = seen({ version: 4, fence: 2, state: 'claimed', claimed_by: ANA, weight: 3 });
  const trail = [{ what: 'claimed', by: ANA, at: 1, detail: '' }];
  const after = { ...now, draft_sha256: 'other', background: { ...now.background, trail } };
  deepEqual(changed(seen(), after, ANA.id), { texts: [], said: [NOTHING] });
});

Deno.test('a text that grew, and that it is complete, is told per field', () => {
  const before = seen({ draft_state: 'streaming' }, { pending: { '0/content': 'Bring it' } });
  const pending = { '0/content': 'Bring it to us.', '0/tool_calls/0/arguments': '{}' };
  const { texts, said } = changed(before, seen({}, { pending }), ANA.id);
  deepEqual(texts, [
    { name: 'answer', before: 'Bring it', after: 'Bring it to us.' },
    { name: 'tool call 1, arguments', before: '', after: '{}' },
  ]);
  deepEqual(said, ['The held text has changed.', 'The answer is complete now.']);
});

Deno.test('what only describes the words of the model is not read by anybody', () => {
  const after = seen({}, { pending: { '0/content': 'We', '0/logprobs': '[]' } });
  deepEqual(changed(seen(), after, ANA.id).texts, []);
});

Deno.test('what would be sent is a text, too, for who confirms it', () => {
  const proposed = { '0/content': 'Please ask us.' };
  deepEqual(changed(seen(), seen({}, { proposed }), ANA.id).texts, [
    { name: 'What would be sent', before: '', after: 'Please ask us.' },
  ]);
});

Deno.test('reasons are told by rule and check: new ones, judged anew, and gone', () => {
  const found = { check: 'pii', spans: [{ field: '0/content', start: 1, end: 2, kind: 'card' }] };
  const before = seen({ reasons: [reason('refunds'), reason('tone')], outstanding: ['pii'] });
  const after = seen({
    rules: ['refunds', 'personal-data', 'stop'],
    reasons: [reason('refunds', { score: 0.5 }), reason('personal-data', found)],
    outstanding: ['risk'],
  });
  deepEqual(said(before, after), [
    'Judged by now: pii.',
    'Not judged yet by: all checks together.',
    'Judged anew: Refunds (patterns).',
    'New reason: Personal data (pii).',
    'Not a reason any more: Tone (patterns).',
    'One more rule holds it: Stop.',
  ]);
});

Deno.test('who did something is named, but not the person who reads', () => {
  const note = { id: 'n', text: 'Careful.', at: 1, hold: 'a' };
  const opinion = { asked_by: ANA, of: DEE, because: [], text: null };
  const before = seen({ claimed_by: ANA }, {
    opinions: [{ ...opinion, action: null, given_at: null }],
  });
  const after = seen({ claimed_by: DEE, escalated_by: DEE, declined_by: DEE, requeued: true }, {
    notes: [{ ...note, by: DEE }, { ...note, id: 'm', by: DEE }, { ...note, id: 'own', by: ANA }],
    opinions: [{ ...opinion, action: 'reject', given_at: 2 }],
  });
  deepEqual(said(before, after), [
    'Its time ran out: it is back in the queue, and has new time.',
    'It is not yours any more.',
    'Dee has claimed it.',
    'Dee passed this on to the supervisors.',
    'Dee did not confirm this. See the notes.',
    'Dee wrote a note.',
    'Dee would reject.',
  ]);
});

Deno.test('a decision that waits since is named with who made it', () => {
  const made = {
    settle_at: 9,
    recheck: 'clean',
    second: 'wanted',
    because: [],
    corrects: false,
  } as const;
  const after = seen({ proposal: { ...made, by: DEE, action: 'edit' } });
  deepEqual(said(seen(), after), ['Dee edited.']);
  deepEqual(said(after, after), [NOTHING]);
});

Deno.test('whatever else is otherwise is said, though not by its name', () => {
  deepEqual(said(seen(), seen({}, { customer_text: 'And now?' })), [
    'Something beside the answer has changed: look it through once more.',
  ]);
});

Deno.test('long stretches that stayed are cut short, at words', () => {
  const long = 'one two three four '.repeat(20);
  const told = shortened(difference(`${long}old ${long}`, `${long}new ${long}`));
  deepEqual(told.map(({ kind }) => kind), ['same', 'gone', 'new', 'same']);
  deepEqual(told.map(({ text }) => text.length < 70), [true, true, true, true]);
  deepEqual(told[0]?.text.startsWith(' … '), true);
  deepEqual(told[3]?.text.endsWith(' … '), true);
  const short = difference('We promise a refund.', 'We promise a look.');
  deepEqual(shortened(short), short);
});

Deno.test('a text that is simply another is told whole, not word for word', () => {
  const name = '';
  const [before, after] = ['We promise a full refund.', 'Please send us a photo of it.'];
  deepEqual(told({ name, before, after }), [
    { kind: 'gone', text: before },
    { kind: 'new', text: after },
  ]);
  deepEqual(told({ name, before: 'We', after: 'We do.' }), difference('We', 'We do.'));
});
