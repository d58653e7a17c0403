/** Desks for tests: what they keep is kept nowhere, and nobody is at the other end. */
import type { AnyOutbound } from '../shared/protocol.gen.ts';
import { Desk } from './desk.ts';
import { ANA } from './examples.ts';
import type { Shelf } from '../shared/shelf.ts';
import { taken } from './state.ts';

export function shelf(start: Readonly<Record<string, string>> = {}): Shelf {
  const kept = new Map(Object.entries(start));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

/** A desk by this clock that has heard nothing yet. */
export function quiet(now: () => number = () => 1000, tab = shelf(), kept = shelf()): Desk {
  return new Desk({
    shelf: tab,
    kept,
    now,
    later: () => {},
    open: () => {
      throw new Error('nobody opens a socket here');
    },
    location: { hash: '', reload: () => {} },
  });
}

/** Ana's desk, once these frames came. */
export function desk(...frames: AnyOutbound[]): Desk {
  const made = quiet();
  const welcome: AnyOutbound = { type: 'welcome', ver: 1, now: 1000, feed: 'f', me: ANA, undo: 3 };
  made.state.value = [welcome, ...frames].reduce(
    (state, frame) => taken(state, frame, 1000),
    made.state.value,
  );
  return made;
}
