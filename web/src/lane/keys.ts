/** What a key means on this page; bare keys mean nothing while somebody types. */
import type { Lane } from './model.ts';

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  readonly target: EventTarget | null;
  preventDefault(): void;
}

type Act = (lane: Lane) => void;

/** Lists may be run along; a verdict is one answer's, however long its key is down. */
const HELD = ['j', 'k'];

const KEYS: Readonly<Record<string, Act>> = {
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
  const act = meant(press);
  if (!act) return;
  press.preventDefault();
  if (!press.repeat || HELD.includes(press.key)) act(lane);
}

function meant(press: Press): Act | undefined {
  if (press.isComposing) return undefined;
  const command = press.ctrlKey || press.metaKey;
  if (types(press.target)) {
    if (press.key === 'Enter' && command) return send;
    return press.key === 'Escape' && tag(press.target) === 'TEXTAREA' ? giveUp : undefined;
  }
  return command || press.altKey ? undefined : KEYS[press.key];
}

function send(lane: Lane): void {
  if (lane.text.value !== null) void lane.say('correct');
}

/** Escape in the correction's own box; in the note's it takes nothing away. */
function giveUp(lane: Lane): void {
  lane.text.value = null;
}

function types(target: EventTarget | null): boolean {
  return ['INPUT', 'TEXTAREA', 'SELECT'].includes(tag(target));
}

function tag(target: EventTarget | null): string {
  return ((target ?? {}) as { tagName?: string }).tagName ?? '';
}
