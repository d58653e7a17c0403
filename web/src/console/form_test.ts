import { deepEqual, equal } from 'node:assert/strict';
import { changed, entries, type Entry, values } from './form.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    eligible: { type: 'boolean' },
    reason: { enum: ['faulty', 'opened'] },
    days: { type: 'integer', description: 'days left' },
    note: { type: 'string' },
  },
  required: ['eligible', 'days'],
};
const form = entries(SCHEMA) ?? [];
const of = (name: string) => form.find((one) => one.name === name) as Entry;

Deno.test('plain fields become a form', () => {
  deepEqual(form.map(({ name, kind, required }) => [name, kind, required]), [
    ['eligible', 'yes', true],
    ['reason', 'choice', false],
    ['days', 'number', true],
    ['note', 'text', false],
  ]);
  equal(of('days').says, 'days left');
});

Deno.test('what a form cannot show whole stays text', () => {
  const nested = { type: 'object', properties: { deep: { type: 'object' } } };
  for (
    const schema of [null, {}, { properties: {} }, nested, { properties: { a: { enum: [1] } } }]
  ) {
    equal(entries(schema), null);
  }
  equal(values('[1]', form), null);
  equal(values('{', form), null);
  equal(values('{"hidden": 1}', form), null);
});

Deno.test('one value changes, the others stay as they were', () => {
  const now = values('{"eligible":true,"days":78}', form) ?? {};
  equal(changed(now, of('days'), '18'), '{"eligible":true,"days":18}');
  equal(changed(now, of('days'), '1.5.2'), '{"eligible":true,"days":"1.5.2"}');
  equal(changed(now, of('eligible'), 'false'), '{"eligible":false,"days":78}');
  equal(changed(now, of('note'), 'x'), '{"eligible":true,"days":78,"note":"x"}');
  equal(changed({ days: 1, note: 'x' }, of('note'), ''), '{"days":1}');
  equal(changed(now, of('days'), ''), '{"eligible":true,"days":""}');
});
