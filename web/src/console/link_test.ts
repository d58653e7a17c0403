import { deepEqual, equal } from 'node:assert/strict';
import type { AnyInbound, AnyOutbound } from '../shared/protocol.gen.ts';
import { ANA } from './examples.ts';
import { Link, SILENCE, type Socket } from './link.ts';

const WELCOME: AnyOutbound = { type: 'welcome', ver: 1, now: 1, feed: 'f', me: ANA, undo: 3 };

/** A server, a network and a clock that do what the test says. */
class World {
  tickets: (string | null | Error)[] = [];
  sockets: FakeSocket[] = [];
  timers: { seconds: number; what: () => void }[] = [];
  stood: string[] = [];
  heard: string[] = [];
  readonly link = new Link({
    ticket: () => {
      const next = this.tickets.shift() ?? 'ticket';
      return next instanceof Error
        ? Promise.reject(next)
        : Promise.resolve(next === 'none' ? null : next);
    },
    open: () => {
      this.sockets.push(new FakeSocket());
      return this.socket;
    },
    later: (seconds, what) => this.timers.push({ seconds, what }),
    chance: () => 1,
    hello: (ticket) => ({ type: 'hello', ver: 1, ticket, streams: {} }),
    heard: (frame) => this.heard.push(frame.type),
    stands: (standing) => this.stood.push(standing),
  });

  get socket(): FakeSocket {
    return this.sockets.at(-1) ?? new FakeSocket();
  }

  async live(): Promise<void> {
    await this.link.connect();
    this.socket.onopen?.();
    this.socket.says(WELCOME);
  }

  async ring(seconds: number): Promise<void> {
    const due = this.timers.filter((timer) => timer.seconds === seconds);
    this.timers = this.timers.filter((timer) => timer.seconds !== seconds);
    for (const { what } of due) what();
    await Promise.resolve();
    await Promise.resolve();
  }
}

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: AnyInbound[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  says(frame: AnyOutbound): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

Deno.test('hello first, then what was welcomed is live', async () => {
  const world = new World();
  await world.live();
  deepEqual(world.socket.sent, [{ type: 'hello', ver: 1, ticket: 'ticket', streams: {} }]);
  deepEqual(world.stood, ['connecting', 'live']);
  equal(world.link.send({ type: 'pong' }), true);
});

Deno.test('nothing is sent before the welcome', async () => {
  const world = new World();
  await world.link.connect();
  world.socket.onopen?.();
  equal(world.link.send({ type: 'pong' }), false);
});

Deno.test('a broken connection is opened again, later each time, until it is live', async () => {
  const world = new World();
  await world.live();
  world.socket.onclose?.({ code: 1006 });
  deepEqual(world.timers.map((timer) => timer.seconds), [SILENCE, 1]);
  world.tickets = [new Error('away'), new Error('away')];
  await world.ring(1);
  await world.ring(2);
  await world.ring(4);
  await world.live();
  deepEqual(world.stood.filter((one, at) => one !== world.stood[at - 1]), [
    'connecting',
    'live',
    'lost',
    'live',
  ]);
  world.socket.onclose?.({ code: 1012 });
  equal(world.timers.at(-1)?.seconds, 1);
});

Deno.test('whoever is signed out, not allowed in, or one too many does not knock again', async () => {
  const over = [[4401, 'signed_out'], [4403, 'not_allowed'], [4429, 'crowded']] as const;
  for (const [code, standing] of over) {
    const world = new World();
    await world.live();
    world.socket.onclose?.({ code });
    equal(world.stood.at(-1), standing);
    deepEqual(world.timers.map((timer) => timer.seconds), [SILENCE]);
    world.link.hurry();
    equal(world.sockets.length, 1);
  }
  const world = new World();
  world.tickets = ['none'];
  await world.link.connect();
  deepEqual(world.stood, ['connecting', 'signed_out']);
});

Deno.test('when the network is back nobody waits', async () => {
  const world = new World();
  await world.live();
  world.socket.onclose?.({ code: 1006 });
  world.link.hurry();
  await world.ring(0);
  equal(world.sockets.length, 2);
  await world.ring(1); // the timer that waited does nothing more
  equal(world.sockets.length, 2);
});

Deno.test('a silent connection is given up; one that speaks is kept', async () => {
  const world = new World();
  await world.live();
  world.socket.says({ type: 'ping', now: 5 });
  deepEqual(world.socket.sent.at(-1), { type: 'pong' });
  await world.ring(SILENCE);
  equal(world.socket.closed, false);
  await world.ring(SILENCE);
  equal(world.socket.closed, true);
  equal(world.stood.at(-1), 'lost');
});

Deno.test('what an old connection still says is not heard', async () => {
  const world = new World();
  await world.live();
  const old = world.socket;
  old.onclose?.({ code: 1006 });
  await world.ring(1);
  old.says({ type: 'ping', now: 1 });
  deepEqual(world.heard, ['welcome']);
});
