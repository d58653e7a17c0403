/** Every key of the console, once: it answers keys, fills the cheat sheet and the palette (does.ts). */
import * as acts from './acts.ts';
import { correctable } from './correcting.ts';
import { beginsHere, snip, SNIPPETS } from './cursor.ts';
import * as among from './colleagues.ts';
import type { Desk } from './desk.ts';
import { correct, edit, editCanned, leaveEditor, sendEdit } from './editing.ts';
import { why } from './first.ts';
import { move, next } from './going.ts';
import type { Group, Key } from './keys.ts';
import { cardNow, conversationNow, isMine, owing } from './now.ts';
import { inHand, putBack } from './putback.ts';
import { alive } from './state.ts';
import { offered, toggle } from './together.ts';
import { nextWords, rewrite, take, useWords } from './suggest.ts';
import { decided, undo } from './undoing.ts';

const hold = (desk: Desk) => cardNow(desk)?.hold ?? null;
const onCard = (desk: Desk) => hold(desk) !== null;
const editing = (desk: Desk) => desk.editing.value !== null;
const open = (desk: Desk) => {
  const here = hold(desk);
  return here !== null && alive(here) && !editing(desk);
};
const deciding = (desk: Desk) => open(desk) && !among.seconding(desk) && !owing(desk);
const speaking = (desk: Desk) => isMine(desk, conversationNow(desk)?.owner ?? null);
const looking = (desk: Desk) => desk.looking.value !== null;

type More = Partial<Omit<Key, 'id' | 'key' | 'group' | 'run'>>;
const key = (
  group: Group,
  id: string,
  key: string,
  run: (desk: Desk) => void,
  more: More = {},
): Key => ({ group, id, key, run, ...more });

/** 1 to 9, and the same with Alt while somebody types. */
const reasons: Key[] = Array.from({ length: 9 }, (_, at) => `${at + 1}`).flatMap((digit) => [
  key(
    'Hold',
    `reason-${digit}`,
    digit,
    (desk) => acts.reason(desk, Number(digit) - 1),
    { when: open, row: 'reasons' },
  ),
  key(
    'Editor',
    `edit-reason-${digit}`,
    `Alt+${digit}`,
    (desk) => acts.reason(desk, Number(digit) - 1),
    { when: editing, typing: true, row: 'reasons' },
  ),
]);

export const KEYS: readonly Key[] = [
  key('Queue', 'next', 'n', next),
  key('Queue', 'down', 'j', (desk) => move(desk, 1), { repeats: true }),
  key('Queue', 'up', 'k', (desk) => move(desk, -1), { repeats: true }),

  key('Hold', 'approve', 'a', acts.approve, { when: deciding, decides: true }),
  key('Hold', 'edit', 'e', edit, { when: deciding }),
  key('Hold', 'reject', 'r', acts.reject, {
    when: deciding,
    decides: true,
  }),
  key('Hold', 'take-over', 't', acts.takeOver, {
    when: (desk) => looking(desk) && !editing(desk) && !owing(desk),
    decides: true,
  }),
  key('Hold', 'put-back', 'l', putBack, {
    when: (desk) => {
      const here = hold(desk);
      return here !== null && deciding(desk) && inHand(desk, here);
    },
  }),
  key('Hold', 'why', 'w', why, {
    when: open,
  }),
  key('Hold', 'together', 'x', toggle, {
    when: (desk) => deciding(desk) && offered(desk),
  }),
  key('Hold', 'context', 'c', acts.context, { when: open }),
  key('Hold', 'changes', 'd', (desk) => desk.flip(), { when: onCard }),
  key('Hold', 'undo', 'z', undo),
  ...reasons,

  key('Colleagues', 'confirm', 'a', among.confirm, {
    when: among.seconding,
    decides: true,
  }),
  key('Colleagues', 'decline', 'r', among.decline, {
    when: among.seconding,
  }),
  key(
    'Colleagues',
    'would-approve',
    'a',
    among.would('approve'),
    {
      when: owing,
    },
  ),
  key('Colleagues', 'would-edit', 'e', among.would('edit'), {
    when: owing,
  }),
  key('Colleagues', 'would-reject', 'r', among.would('reject'), {
    when: owing,
  }),
  key(
    'Colleagues',
    'would-take',
    't',
    among.would('take_over'),
    {
      when: owing,
    },
  ),
  key('Colleagues', 'escalate', 'u', (desk) => desk.show('escalate'), {
    when: deciding,
  }),
  key('Colleagues', 'pass', 'o', (desk) => desk.show('pass'), {
    when: (desk) => deciding(desk) || speaking(desk),
  }),
  key('Colleagues', 'opinion', 's', (desk) => desk.show('opinion'), {
    when: deciding,
  }),
  key('Colleagues', 'note', 'p', (desk) => desk.show('note'), {
    when: looking,
  }),

  key('Hold', 'steer', 'i', (desk) => desk.show('steer'), {
    when: deciding,
  }),
  key('Hold', 'canned-instead', '/', editCanned, {
    when: deciding,
  }),
  key('Hold', 'rewrite', 'g', (desk) => void rewrite(desk), {
    when: deciding,
  }),
  key(
    'Editor',
    'steer-edit',
    'Alt+i',
    (desk) => desk.show('steer'),
    {
      typing: true,
      when: editing,
    },
  ),
  key(
    'Editor',
    'take-all',
    'Alt+t',
    (desk) => take(desk, 'all'),
    {
      typing: true,
      when: editing,
    },
  ),
  key('Editor', 'canned', '/', (desk) => desk.show('canned'), {
    typing: true,
    when: beginsHere,
  }),
  key('Editor', SNIPPETS.id, SNIPPETS.key, snip, {
    typing: true,
    when: beginsHere,
  }),
  key('Editor', 'correct', 'Alt+c', correct, {
    typing: true,
    when: (desk) => {
      const card = cardNow(desk);
      return (editing(desk) || deciding(desk)) && card !== null && correctable(card);
    },
  }),
  key('Editor', 'send', 'Ctrl+Enter', sendEdit, {
    typing: true,
    when: (desk) => editing(desk) || decided(desk, 'edit'),
    decides: true,
  }),
  key('Editor', 'difference', 'Alt+d', (desk) => desk.flip(), {
    typing: true,
    when: editing,
  }),
  key('Editor', 'leave', 'Escape', leaveEditor, {
    typing: true,
    when: editing,
  }),

  key('Conversation', 'hand-back', 'h', acts.handBackWithNote, {
    when: speaking,
  }),

  key(
    'Conversation',
    'next-words',
    'Alt+g',
    (desk) => void nextWords(desk),
    { typing: true, when: speaking },
  ),
  key('Conversation', 'use-words', 'Alt+u', useWords, {
    typing: true,
    when: (desk) => speaking(desk) && Boolean(desk.suggested.value?.text),
  }),

  key(
    'Anywhere',
    'palette',
    'Ctrl+k',
    (desk) => desk.show('palette'),
    {
      typing: true,
    },
  ),
  key('Anywhere', 'calls', 'b', (desk) => desk.show('calls')),
  key('Anywhere', 'keys', '?', (desk) => desk.show('keys')),
  key('Anywhere', 'back', 'Escape', acts.back, {
    when: (desk) => !editing(desk) && desk.sheet.value === null,
  }),
];
