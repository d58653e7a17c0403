import { equal } from 'node:assert/strict';
import { Figures } from './figures.ts';

/** A supervisor's wall; each path answers with this status, and 0 is a server that cannot be reached. */
function wall(statuses: Record<string, number> = {}) {
  const bodies: Readonly<Record<string, unknown>> = {
    '/console/me': { person: 'dee', name: 'Dee', may: ['colleagues', 'stop'], csrf: 'c' },
    '/console/wall': { stop: 'off' },
    '/console/wall/thresholds': { thresholds: [] },
  };
  const fetch = (path: string): Promise<Response> => {
    const status = statuses[path] ?? 200;
    if (status === 0) return Promise.reject(new TypeError('offline'));
    return Promise.resolve(Response.json(bodies[path] ?? {}, { status }));
  };
  return { figures: new Figures({ fetch, visible: () => true }), statuses };
}

Deno.test('a stop that never reached the server says so, until something else is done', async () => {
  const { figures, statuses } = wall({ '/console/commands': 0 });
  await figures.begin();
  equal(await figures.stop('hold'), false);
  equal(figures.notice.value?.problem, true);
  equal(figures.notice.value?.text.startsWith('The server does not answer'), true);
  await figures.look();
  equal(figures.notice.value?.problem, true);
  delete statuses['/console/commands'];
  equal(await figures.stop('hold'), true);
  equal(figures.notice.value, null);
});

Deno.test('a stop that is refused says so', async () => {
  const { figures } = wall({ '/console/commands': 503 });
  await figures.begin();
  equal(await figures.stop('hold'), false);
  equal(figures.notice.value?.problem, true);
  equal(figures.notice.value?.text.startsWith('The server does not answer'), true);
});

Deno.test('figures that cannot be read are not called live', async () => {
  for (
    const [status, standing] of [
      [0, 'lost'],
      [500, 'lost'],
      [503, 'lost'],
      [403, 'not_allowed'],
      [401, 'signed_out'],
    ] as const
  ) {
    for (const path of ['/console/wall', '/console/wall/thresholds']) {
      const { figures, statuses } = wall();
      await figures.begin();
      equal(figures.standing.value, 'live');
      statuses[path] = status;
      await figures.look();
      equal(figures.standing.value, standing, `${path} ${status}`);
    }
  }
});

Deno.test('figures are live again once they can be read', async () => {
  const { figures, statuses } = wall({ '/console/wall': 500 });
  await figures.begin();
  equal(figures.standing.value, 'lost');
  delete statuses['/console/wall'];
  await figures.look();
  equal(figures.standing.value, 'live');
});
