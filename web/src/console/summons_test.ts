import { deepEqual } from 'node:assert/strict';
import { signal } from '@preact/signals';
import type { Desk } from './desk.ts';
import { ANA } from './examples.ts';
import { closed, type State, taken, UNKNOWN } from './state.ts';
import { answerSummons } from './summons.ts';

const DEE = { id: 'dee', name: 'Dee' };
const LOUD = { of: { mine: { sound: true, notice: true } }, from: '', to: '' };

function called(first = true, wishes: object = LOUD) {
  const state = signal<State>({ ...UNKNOWN, me: ANA });
  const desk = { state, wishes: { kept: signal(wishes) } } as unknown as Desk;
  const rung: string[] = [];
  const bell = { ring: (occasion: string) => void rung.push(occasion) };
  answerSummons(desk, bell, { rings: () => first }, () => 600);
  let seq = 0;
  const call = (to: string, by = DEE) => {
    const about = { id: `call_${++seq}`, by, to, text: 'Come.', at: 1 };
    const news = { type: 'news', stream: 'queue', seq, event: 'call', at: 1, call: about };
    state.value = taken(state.value, { ...news, messages: [], notes: [] } as never, 1);
    return rung.splice(0);
  };
  return { state, call, rung };
}

Deno.test('a call rings once', () => {
  const { state, call, rung } = called();
  deepEqual(call(ANA.id), ['mine']);
  deepEqual(call(''), ['mine']);
  state.value = closed(state.value, 'call_1');
  deepEqual(rung, []);
});

Deno.test('what is for somebody else, or from oneself, does not', () => {
  const { call, state } = called();
  deepEqual(call('ben'), []);
  deepEqual(call('', { id: ANA.id, name: ANA.name }), []);
  deepEqual(state.value.calls, []);
});

Deno.test('one tab rings, and none for who wants no sound', () => {
  deepEqual(called(false).call(''), []);
  deepEqual(called(true, { ...LOUD, of: { mine: { sound: false, notice: true } } }).call(''), []);
  deepEqual(called(true, { ...LOUD, from: '09:00', to: '11:00' }).call(''), []);
});
