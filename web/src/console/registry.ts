/** Every key of the console, once: this list answers keys, fills the cheat sheet and the palette. */
import * as acts from './acts.ts';
import { beginsHere } from './canned.ts';
import * as among from './colleagues.ts';
import type { Desk } from './desk.ts';
import { why } from './first.ts';
import type { Group, Key } from './keys.ts';
import { alive } from './state.ts';
import { offered, toggle } from './together.ts';
import { nextWords, rewrite, take, useWords } from './suggest.ts';
import { decided, undo } from './undoing.ts';

const hold = (desk: Desk) => acts.cardNow(desk)?.hold ?? null;
const editing = (desk: Desk) => desk.editing.value !== null;
const open = (desk: Desk) => {
  const here = hold(desk);
  return here !== null && alive(here) && !editing(desk);
};
const deciding = (desk: Desk) => open(desk) && !among.seconding(desk) && !among.owing(desk);
const speaking = (desk: Desk) => acts.isMine(desk, acts.conversationNow(desk)?.owner ?? null);
const looking = (desk: Desk) => desk.looking.value !== null;

type More = Partial<Omit<Key, 'id' | 'key' | 'says' | 'group' | 'run'>>;
const key = (
  group: Group,
  id: string,
  key: string,
  says: string,
  run: (desk: Desk) => void,
  more: More = {},
): Key => ({ group, id, key, says, run, ...more });

/** 1 to 9, and the same with Alt while somebody types. */
const reasons: Key[] = Array.from({ length: 9 }, (_, at) => `${at + 1}`).flatMap((digit) => [
  key(
    'Hold',
    `reason-${digit}`,
    digit,
    'choose a reason; after r: reject for it',
    (desk) => acts.reason(desk, Number(digit) - 1),
    { when: open, row: '1-9' },
  ),
  key(
    'Editor',
    `edit-reason-${digit}`,
    `Alt+${digit}`,
    'choose a reason',
    (desk) => acts.reason(desk, Number(digit) - 1),
    { when: editing, typing: true, row: 'Alt+1-9' },
  ),
]);

export const KEYS: readonly Key[] = [
  key('Queue', 'next', 'n', 'next: claim the most urgent hold', acts.next),
  key('Queue', 'down', 'j', 'down the list', (desk) => acts.move(desk, 1), { repeats: true }),
  key('Queue', 'up', 'k', 'up the list', (desk) => acts.move(desk, -1), { repeats: true }),

  key('Hold', 'approve', 'a', 'approve as it is', acts.approve, { when: deciding, decides: true }),
  key('Hold', 'edit', 'e', 'edit', acts.edit, { when: deciding }),
  key('Hold', 'reject', 'r', 'reject: then a reason, or r again', acts.reject, {
    when: deciding,
    decides: true,
  }),
  key('Hold', 'take-over', 't', 'take over the conversation', acts.takeOver, {
    when: (desk) => looking(desk) && !editing(desk) && !among.owing(desk),
    decides: true,
  }),
  key('Hold', 'why', 'w', 'why it is held; where scores are hidden: judge, then see them', why, {
    when: open,
  }),
  key('Hold', 'together', 'x', 'decide what is nearly the same together', toggle, {
    when: (desk) => deciding(desk) && offered(desk),
  }),
  key('Hold', 'context', 'c', 'to the criteria and the conversation', acts.context, { when: open }),
  key('Hold', 'undo', 'z', 'undo what was not sent yet', undo),
  ...reasons,

  key('Colleagues', 'confirm', 'a', "confirm a colleague's decision", among.confirm, {
    when: among.seconding,
    decides: true,
  }),
  key('Colleagues', 'decline', 'r', "decline a colleague's decision", among.decline, {
    when: among.seconding,
  }),
  key(
    'Colleagues',
    'would-approve',
    'a',
    'second opinion: I would approve',
    among.would('approve'),
    {
      when: among.owing,
    },
  ),
  key('Colleagues', 'would-edit', 'e', 'second opinion: I would edit', among.would('edit'), {
    when: among.owing,
  }),
  key('Colleagues', 'would-reject', 'r', 'second opinion: I would reject', among.would('reject'), {
    when: among.owing,
  }),
  key(
    'Colleagues',
    'would-take',
    't',
    'second opinion: I would take over',
    among.would('take_over'),
    {
      when: among.owing,
    },
  ),
  key('Colleagues', 'escalate', 'u', 'escalate to a supervisor', (desk) => desk.show('escalate'), {
    when: deciding,
  }),
  key('Colleagues', 'pass', 'o', 'give it to a colleague', (desk) => desk.show('pass'), {
    when: (desk) => deciding(desk) || speaking(desk),
  }),
  key('Colleagues', 'opinion', 's', 'ask for a second opinion', (desk) => desk.show('opinion'), {
    when: deciding,
  }),
  key('Colleagues', 'note', 'p', 'write a private note', (desk) => desk.show('note'), {
    when: looking,
  }),

  key('Hold', 'steer', 'i', 'tell the model what to change', (desk) => desk.show('steer'), {
    when: deciding,
  }),
  key('Hold', 'rewrite', 'g', 'let the model suggest changes', (desk) => void rewrite(desk), {
    when: deciding,
  }),
  key(
    'Editor',
    'steer-edit',
    'Alt+i',
    'tell the model what to change',
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
    'take all changes the model suggests',
    (desk) => take(desk, 'all'),
    {
      typing: true,
      when: editing,
    },
  ),
  key('Editor', 'canned', '/', 'prepared replies, while you write', (desk) => desk.show('canned'), {
    typing: true,
    when: beginsHere,
  }),
  key('Editor', 'send', 'Ctrl+Enter', 'send the edit', acts.sendEdit, {
    typing: true,
    when: (desk) => editing(desk) || decided(desk, 'edit'),
    decides: true,
  }),
  key('Editor', 'difference', 'Alt+d', 'show or hide what changed', (desk) => desk.flip(), {
    typing: true,
    when: editing,
  }),
  key('Editor', 'leave', 'Escape', 'leave the editor', acts.leaveEditor, {
    typing: true,
    when: editing,
  }),

  key('Conversation', 'hand-back', 'h', 'hand back to the assistant', acts.handBackWithNote, {
    when: speaking,
  }),

  key(
    'Conversation',
    'next-words',
    'Alt+g',
    'let the model suggest what to say',
    (desk) => void nextWords(desk),
    { typing: true, when: speaking },
  ),
  key('Conversation', 'use-words', 'Alt+u', 'put what it suggests into the box', useWords, {
    typing: true,
    when: (desk) => speaking(desk) && Boolean(desk.suggested.value?.text),
  }),

  key(
    'Anywhere',
    'palette',
    'Ctrl+k',
    'everything there is to do',
    (desk) => desk.show('palette'),
    {
      typing: true,
    },
  ),
  key('Anywhere', 'calls', 'b', 'sound and notifications', (desk) => desk.show('calls')),
  key('Anywhere', 'keys', '?', 'all keys', (desk) => desk.show('keys')),
  key('Anywhere', 'back', 'Escape', 'back', acts.back, {
    when: (desk) => !editing(desk) && desk.sheet.value === null,
  }),
];
