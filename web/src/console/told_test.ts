import { deepEqual, equal } from 'node:assert/strict';
import type { CallView } from '../shared/protocol.gen.ts';
import { desk as opened } from './desks.ts';
import { news } from './examples.ts';
import { known, NOTHING, since } from './told.ts';
import { QUEUE, taken } from './state.ts';

const call = (id: string): CallView => (
  { id, by: { id: 'dee', name: 'Dee' }, to: '', text: id, at: 1000 }
);

Deno.test('what was told before a sheet was opened is not told in it once more', () => {
  const desk = opened(news(QUEUE, 1, { call: call('one') }));
  desk.tell('Nothing waits for you.');
  const before = known(desk);
  deepEqual(since(desk, before), NOTHING);
  deepEqual(since(desk, NOTHING), before);
  desk.state.value = taken(desk.state.value, news(QUEUE, 2, { call: call('two') }), 1000);
  desk.tell('Nothing waits for you.'); // said again, it is news
  deepEqual(since(desk, before).calls.map(({ id }) => id), ['two']);
  equal(since(desk, before).notice?.text, 'Nothing waits for you.');
  desk.closeCall('two');
  desk.notice.value = null;
  deepEqual(since(desk, before), NOTHING);
});
