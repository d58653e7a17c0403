/**
 * Every key of this page, once: it answers keys and fills the cheat sheet. Bare keys mean nothing
 * while somebody types, or while the sheet is open. What the console has too has its name and its usual
 * key there.
 */
import { names, type Press } from '../shared/press.ts';
import type { Lane } from './model.ts';

export interface Pressed extends Press {
  readonly target: EventTarget | null;
  preventDefault(): void;
}

export interface Key {
  readonly id: string;
  readonly key: string;
  /** May be held down: lists may be run along; a verdict is one answer's, however long its key is. */
  readonly repeats?: boolean;
  readonly run: (lane: Lane) => void;
}

export const KEYS: readonly Key[] = [
  { id: 'down', key: 'j', repeats: true, run: (lane) => lane.step(1) },
  { id: 'up', key: 'k', repeats: true, run: (lane) => lane.step(-1) },
  { id: 'fine', key: 'f', run: (lane) => void lane.say('fine') },
  { id: 'wrong', key: 'x', run: (lane) => void lane.say('wrong') },
  { id: 'correct-now', key: 'c', run: (lane) => lane.correct() },
  { id: 'to-review', key: '1', run: (lane) => lane.show('waiting') },
  { id: 'decided', key: '2', run: (lane) => lane.show('decided') },
  { id: 'keys', key: '?', run: (lane) => lane.sheet.value = !lane.sheet.value },
  { id: 'back', key: 'Escape', run: (lane) => lane.leave() },
];

export function pressed(lane: Lane, press: Pressed): void {
  const act = meant(lane, press);
  if (!act) return;
  press.preventDefault();
  if (!press.repeat || act.repeats) act.run(lane);
}

function meant(lane: Lane, press: Pressed): Pick<Key, 'repeats' | 'run'> | undefined {
  if (press.isComposing || (press.altKey && (press.ctrlKey || press.metaKey))) return undefined;
  const called = names(press);
  if (types(press.target)) {
    if (called.includes('Ctrl+Enter')) return { run: send };
    return called.includes('Escape') && tag(press.target) === 'TEXTAREA'
      ? { run: giveUp }
      : undefined;
  }
  const found = KEYS.find((one) => called.includes(lane.keys.of(one)));
  return lane.sheet.value && found?.id !== 'keys' ? undefined : found;
}

function send(lane: Lane): void {
  if (lane.text.value !== null) void lane.say('correct');
}

/** Escape in the correction's own box; in the note's it takes nothing away. */
function giveUp(lane: Lane): void {
  lane.text.value = null;
}

/** A switch that is clicked is no text: keys go on working. */
function types(target: EventTarget | null): boolean {
  const { type } = (target ?? {}) as { type?: string };
  return ['INPUT', 'TEXTAREA', 'SELECT'].includes(tag(target)) && type !== 'checkbox';
}

function tag(target: EventTarget | null): string {
  return ((target ?? {}) as { tagName?: string }).tagName ?? '';
}
