import { deepEqual, equal } from 'node:assert/strict';
import { changed, entries, type Entry, isWrong, shown, values } from './form.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    eligible: { type: 'boolean' },
    reason: { enum: ['faulty', 'opened'] },
    days: { type: 'integer', description: 'days left' },
    note: { type: 'string' },
    until: { type: ['string', 'null'] },
    colour: { enum: ['red', null] },
    items: { type: 'array', items: { type: 'object' } },
    level: { enum: [1, 2] },
    either: { type: ['string', 'number'] },
    other: { $ref: '#/$defs/other' },
    any: true,
  },
  required: ['eligible', 'days', 'until', 'colour', 'items'],
};
const form = entries(SCHEMA) ?? [];
const of = (name: string) => form.find((one) => one.name === name) as Entry;

Deno.test('fields become a form; what has fields of its own is JSON in it', () => {
  deepEqual(form.map(({ name, kind, required }) => [name, kind, required]), [
    ['eligible', 'yes', true],
    ['reason', 'choice', false],
    ['days', 'number', true],
    ['note', 'text', false],
    ['until', 'text', true],
    ['colour', 'choice', true],
    ['items', 'json', true],
    ['level', 'json', false],
    ['either', 'json', false],
    ['other', 'json', false],
    ['any', 'json', false],
  ]);
  equal(of('days').says, 'days left');
  deepEqual(of('colour').choices, ['red']);
  deepEqual(form.filter((one) => one.nullable).map(({ name }) => name), ['until', 'colour']);
});

Deno.test('what a form cannot show whole stays text', () => {
  for (const schema of [null, {}, { properties: {} }, { type: 'array' }]) {
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
  equal(changed({ until: 'May' }, of('until'), ''), '{"until":null}');
  equal(changed({}, of('items'), '[{"id": 1}]'), '{"items":[{"id":1}]}');
  equal(changed({}, of('items'), '[{'), '{"items":"[{"}');
});

Deno.test('a box shows JSON as it was written', () => {
  equal(shown('number', 18), '18');
  equal(shown('text', null), '');
  equal(shown('yes', undefined), '');
  equal(shown('text', [1]), '[\n  1\n]');
  equal(shown('json', [1, 2]), '[\n  1,\n  2\n]');
  equal(shown('json', [1, 2], '[1,  2]'), '[1,  2]');
  equal(shown('json', [1, 3], '[1,  2]'), '[\n  1,\n  3\n]');
  equal(shown('json', '[1,', '[1,'), '[1,');
});

Deno.test('what is no number, or no JSON, is marked', () => {
  equal(isWrong(of('days'), '1.5.2', '1.5.2'), true);
  equal(isWrong(of('items'), '[1,', '[1,'), true);
  equal(isWrong(of('level'), 'high', 'high'), true);
  equal(isWrong(of('note'), 'May', 'May'), false);
  equal(isWrong(of('days'), 18, '18'), false);
  equal(isWrong(of('items'), 'May', '"May"'), false);
});

Deno.test('text without quotes is no mistake where text may stand', () => {
  const shapes = {
    ...{ both: { type: ['string', 'integer'] }, any: true, unknown: { $ref: '#/$defs/other' } },
    ...{ one: { anyOf: [{ type: 'string' }, { type: 'array' }] }, all: {}, named: { const: 'a' } },
    mixed: { enum: ['low', 1] },
  };
  for (const one of entries({ properties: shapes }) ?? []) {
    equal(changed({}, one, 'low'), `{"${one.name}":"low"}`);
    equal(isWrong(one, 'low', 'low'), false, one.name);
  }
  const others = {
    ...{ never: false, list: { oneOf: [{ type: 'array' }, { type: 'number' }] } },
    ...{ two: { const: 2 }, nothing: { type: 'null' } },
  };
  for (const one of entries({ properties: others }) ?? []) {
    equal(isWrong(one, 'low', 'low'), true, one.name);
  }
});

Deno.test('what is one thing or nothing is that thing, and empty is nothing', () => {
  const schema = {
    properties: {
      until: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      days: { oneOf: [{ const: null }, { type: 'integer' }] },
      colour: { anyOf: [{ enum: ['red'] }, { type: 'null' }] },
      kind: { const: 'refund' },
      either: { type: ['string', 'integer', 'null'] },
      items: { type: ['array', 'null'] },
    },
    required: ['until', 'items', 'either'],
  };
  const made = entries(schema) ?? [];
  const at = (name: string) => made.find((one) => one.name === name) as Entry;
  deepEqual(made.map(({ name, kind, nullable }) => [name, kind, nullable]), [
    ['until', 'text', true],
    ['days', 'number', true],
    ['colour', 'choice', true],
    ['kind', 'choice', false],
    ['either', 'json', true],
    ['items', 'json', true],
  ]);
  deepEqual(at('kind').choices, ['refund']);
  equal(changed({}, at('until'), '2024'), '{"until":"2024"}');
  for (const name of ['until', 'items', 'either']) {
    equal(changed({ [name]: 'x' }, at(name), ''), `{"${name}":null}`);
  }
});

Deno.test('where a text is JSON it has quotes, and a number has none', () => {
  equal(shown('json', '77'), '"77"');
  equal(shown('json', 'May'), '"May"');
  equal(shown('json', 77), '77');
  equal(changed({}, of('either'), '"77"'), '{"either":"77"}');
  equal(changed({}, of('either'), '77'), '{"either":77}');
});

Deno.test('numbers that would not stay the same are left to the text', () => {
  for (
    const number of ['12345678901234567890', '-9007199254740993', '0.12345678901234567890', '1e400']
  ) {
    equal(values(`{"days": ${number}, "note": "a"}`, form), null, number);
    equal(changed({}, of('days'), number), `{"days":"${number}"}`);
    equal(changed({}, of('items'), `[${number}]`), `{"items":"[${number}]"}`);
    equal(isWrong(of('items'), `[${number}]`, `[${number}]`), true);
  }
  for (const number of ['1234567890123456', '-9007199254740991', '0.10', '1E5', '-0.0', '1e21']) {
    equal(values(`{"days": ${number}}`, form)?.['days'], Number(number), number);
  }
  equal(values('{"note": "no \\"12345678901234567890"}', form)?.['note'] !== undefined, true);
});
