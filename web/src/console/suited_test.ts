import { lacking } from './suited.ts';

function same(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
  }
}

const HOLD = { skills: ['law'], languages: ['pt-br'] };

Deno.test('what a hold wants and a person has not', () => {
  same(lacking(HOLD, { skills: [], languages: ['de'] }), ['law', 'pt-br']);
  same(lacking(HOLD, { skills: ['law'], languages: ['pt'] }), []);
  same(lacking({ skills: [], languages: ['pt'] }, { skills: [], languages: ['pt-br'] }), []);
  same(lacking({ skills: [], languages: ['de'] }, { skills: [], languages: ['dea'] }), ['de']);
  same(lacking({ skills: [], languages: [] }, { skills: [], languages: [] }), []);
});
