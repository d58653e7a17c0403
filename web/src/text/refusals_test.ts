import { equal } from 'node:assert/strict';
import { refusal } from './refusals.ts';
import { speak } from './say.ts';

const CLAIMED = {
  code: 'claimed',
  message: 'Ben has claimed this hold',
  details: { display: 'Ben' },
};
const NEW = { code: 'weather', message: 'it rains' };

Deno.test('the server is understood in English', () => {
  equal(refusal(CLAIMED), 'Ben has claimed this hold.');
  equal(refusal({ code: 'toString', message: 'Is it?' }), 'Is it?');
});

Deno.test('and in German, except what nobody has translated yet', async () => {
  await speak(['de']);
  equal(refusal(CLAIMED), 'Ben hat diese Antwort genommen.');
  equal(refusal(NEW), 'It rains.');
  const lacking = ['law', 'de'];
  equal(
    refusal({ code: 'not_for_you', message: 'law, de', details: { lacking } }),
    'Das ist für Leute mit: law, de.',
  );
  await speak(['en']);
});
