/**
 * What a person wrote is theirs until the server has it: refused or lost, it is in its box again.
 * What an answer is replaced with is not here: it stays in the editor (done.ts).
 */
import type { AnyCommand, Say } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';
import { cardNow, conversationNow } from './now.ts';

/** The sheets in which something is written. */
export type Box = 'note' | 'escalate' | 'steer';

/** The name of a sheet's box in `typed`: each conversation, or hold, has its own. */
export function boxNow(desk: Desk, sheet: Box): string {
  const hold = cardNow(desk)?.hold;
  const about = sheet === 'note' ? hold?.conversation ?? conversationNow(desk)?.id : hold?.id;
  return `${sheet}@${about ?? ''}`;
}

export function written(desk: Desk, box: string): string {
  return desk.typed.of(box)?.['text'] ?? '';
}

/** The box that a command's text was written in; '' where it has none. */
export function boxOf(cmd: AnyCommand): string {
  if (cmd.do === 'note') return `note@${cmd.conversation}`;
  return cmd.do === 'escalate' ? `escalate@${cmd.hold}` : '';
}

/** What one writes to the customer; what came back before stays known as that. */
export function write(desk: Desk, conversation: string, text: string): void {
  const { unsaid } = desk.typed.of(conversation) ?? {};
  desk.typed.put(conversation, text && unsaid ? { text, unsaid } : { text });
}

/** Into the box of a conversation, after what is written there; nothing is there twice. */
export function append(desk: Desk, conversation: string, text: string): void {
  const now = written(desk, conversation);
  if (!now.includes(text)) write(desk, conversation, joined(now, text));
}

/** The server has it: the box is empty, and nobody needs to see it any more. */
export function arrived(desk: Desk, cmd: AnyCommand): void {
  const box = boxOf(cmd);
  const sheet = desk.sheet.value;
  if (!box) return;
  emptied(desk, box, text(cmd));
  if (cmd.do === sheet && boxNow(desk, cmd.do as Box) === box) desk.show(null);
}

/** What was written there did what it was for, unless something else was written since. */
export function emptied(desk: Desk, box: string, text: string): void {
  if (written(desk, box) === text) desk.typed.drop(box);
}

/** The server does not have it. Whether something was written that stays. */
export function returned(desk: Desk, cmd: AnyCommand): boolean {
  if (cmd.do === 'say') unsaid(desk, cmd);
  return text(cmd) !== '';
}

function text(cmd: AnyCommand): string {
  switch (cmd.do) {
    case 'say':
    case 'note':
      return cmd.text;
    case 'escalate':
    case 'hand_back':
      return cmd.note ?? '';
    default:
      return '';
  }
}

/** Messages come back in the order in which they were said, before what was written since. */
function unsaid(desk: Desk, { conversation, text }: Say): void {
  const { text: now = '', unsaid = '0' } = desk.typed.of(conversation) ?? {};
  const lines = now.split('\n'); // what came back is so many of them, whatever is changed in it
  const back = joined(lines.slice(0, Number(unsaid)).join('\n'), text);
  const since = lines.slice(Number(unsaid)).join('\n');
  const all = { text: joined(back, since), unsaid: `${back.split('\n').length}` };
  desk.typed.put(conversation, all);
}

function joined(...parts: readonly string[]): string {
  return parts.filter(Boolean).join('\n');
}
