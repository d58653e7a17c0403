/** What a key means on this page; bare keys mean nothing while somebody types. */
import type { Lane } from './model.ts';

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget | null;
  preventDefault(): void;
}

const KEYS: Readonly<Record<string, (lane: Lane) => void>> = {
  j: (lane) => lane.step(1),
  k: (lane) => lane.step(-1),
  f: (lane) => void lane.say('fine'),
  x: (lane) => void lane.say('wrong'),
  c: (lane) => lane.correct(),
  '1': (lane) => lane.show('waiting'),
  '2': (lane) => lane.show('decided'),
  Escape: (lane) => lane.leave(),
};

export function pressed(lane: Lane, press: Press): void {
  const typing = types(press.target);
  if (typing && press.key === 'Enter' && (press.ctrlKey || press.metaKey)) {
    press.preventDefault();
    if (lane.text.value !== null) void lane.say('correct');
    return;
  }
  if (typing && press.key === 'Escape') {
    lane.text.value = null;
    return;
  }
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return;
  const act = KEYS[press.key];
  if (!act) return;
  press.preventDefault();
  act(lane);
}

function types(target: EventTarget | null): boolean {
  const { tagName = '' } = (target ?? {}) as { tagName?: string };
  return ['INPUT', 'TEXTAREA', 'SELECT'].includes(tagName);
}
