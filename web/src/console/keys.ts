/**
 * Every key of the console, once: the same list answers key presses and fills the cheat sheet.
 * Bare keys do nothing while somebody types; Enter alone never decides anything.
 */
import * as acts from './acts.ts';
import type { Desk } from './desk.ts';
import { alive } from './state.ts';

export interface Key {
  /** As `KeyboardEvent.key` says it, with "Ctrl+" for Ctrl or Command. */
  readonly key: string;
  readonly says: string;
  readonly group: 'Queue' | 'Hold' | 'Editor' | 'Conversation' | 'Anywhere';
  /** Works inside a text box too. */
  readonly typing?: boolean;
  /** May be held down. */
  readonly repeats?: boolean;
  readonly when?: (desk: Desk) => boolean;
  readonly run: (desk: Desk, sheet: Sheet) => void;
}

/** The cheat sheet, which is a dialog. */
export interface Sheet {
  toggle(): void;
}

const onHold = (desk: Desk) => {
  const card = acts.cardNow(desk);
  return card !== null && alive(card.hold) && desk.editing.value === null;
};
const editing = (desk: Desk) => desk.editing.value !== null;
const speaking = (desk: Desk) => acts.isMine(desk, acts.conversationNow(desk)?.owner ?? null);
const looking = (desk: Desk) => desk.looking.value !== null;

export const KEYS: readonly Key[] = [
  { key: 'n', says: 'next: claim the most urgent hold', group: 'Queue', run: acts.next },
  {
    key: 'j',
    says: 'down the list',
    group: 'Queue',
    repeats: true,
    run: (desk) => acts.move(desk, 1),
  },
  {
    key: 'k',
    says: 'up the list',
    group: 'Queue',
    repeats: true,
    run: (desk) => acts.move(desk, -1),
  },
  { key: 'a', says: 'approve as it is', group: 'Hold', when: onHold, run: acts.approve },
  { key: 'e', says: 'edit', group: 'Hold', when: onHold, run: acts.edit },
  { key: 'r', says: 'reject', group: 'Hold', when: onHold, run: acts.reject },
  {
    key: 't',
    says: 'take over the conversation',
    group: 'Hold',
    when: looking,
    run: acts.takeOver,
  },
  { key: 'z', says: 'undo what was not sent yet', group: 'Hold', run: acts.undo },
  {
    key: 'Ctrl+Enter',
    says: 'send the edit',
    group: 'Editor',
    typing: true,
    when: editing,
    run: acts.sendEdit,
  },
  {
    key: 'Escape',
    says: 'leave the editor',
    group: 'Editor',
    typing: true,
    when: editing,
    run: acts.leaveEditor,
  },
  {
    key: 'h',
    says: 'hand back to the assistant',
    group: 'Conversation',
    when: speaking,
    run: (desk) => acts.handBack(desk, note(desk)),
  },
  { key: '?', says: 'all keys', group: 'Anywhere', run: (_, sheet) => sheet.toggle() },
  {
    key: 'Escape',
    says: 'close this',
    group: 'Anywhere',
    when: (desk) => !editing(desk),
    run: close,
  },
];

/** What is told to the model when a conversation is handed back. */
export function note(desk: Desk): string {
  const here = acts.conversationNow(desk);
  return here ? desk.typed.of(`note:${here.id}`)?.['note'] ?? '' : '';
}

/** As much of a keyboard event as is needed here. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/** The key that was pressed, if it means anything here and now. */
export function meant(press: Press, desk: Desk, typing: boolean, dialog: boolean): Key | undefined {
  if (press.isComposing || press.altKey) return undefined;
  const name = press.ctrlKey || press.metaKey ? `Ctrl+${press.key}` : press.key;
  return KEYS.find(({ key, when, repeats, group, ...one }) =>
    key === name &&
    (!typing || one.typing === true) &&
    (!press.repeat || repeats === true) &&
    (!dialog || group === 'Anywhere') &&
    (when?.(desk) ?? true)
  );
}

function close(desk: Desk): void {
  if (desk.notice.value) desk.notice.value = null;
  else desk.look(null);
}
