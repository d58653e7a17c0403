/** What a model would write here: asked for by a person, shown to them, never sent by itself. */
import { applied, type Change, difference } from '../shared/difference.ts';
import type { Help } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { lead } from './correcting.ts';
import { cardNow, conversationNow, edit, isMine } from './acts.ts';
import type { Desk } from './desk.ts';
import { suggestion } from './session.ts';
import { alive } from './state.ts';
import { CONTENT, firstTexts } from './texts.ts';

export interface Suggested {
  /** The hold or conversation that it is about. */
  readonly about: string;
  /** '' while the model still thinks. */
  readonly text: string;
  readonly model: string;
}

/** A line of instruction: what the model makes of it is in the editor, and shown as a difference. */
export async function steer(desk: Desk, instruction: string): Promise<void> {
  const asked = await forHold(desk, instruction);
  if (!asked) return;
  desk.suggested.value = null;
  desk.typed.put(asked.about, { ...desk.typed.of(asked.about), [CONTENT]: asked.text });
  help(desk, asked.about, 'instructed');
}

/** The model's own rewriting: each of its changes is taken by itself. */
export async function rewrite(desk: Desk): Promise<void> {
  await forHold(desk, '');
}

/** What could be said next, to whom one speaks. */
export async function nextWords(desk: Desk): Promise<void> {
  const here = conversationNow(desk);
  if (here && isMine(desk, here.owner)) await ask(desk, here.id, { conversation: here.id });
}

/** The changes that the suggestion would still make to what is written now. */
export function changes(desk: Desk, about: string): Change[] {
  const suggested = desk.suggested.value;
  if (suggested?.about !== about || !suggested.text) return [];
  return difference(written(desk, about), suggested.text);
}

/** Takes one change, or all. */
export function take(desk: Desk, hunk: number | 'all'): void {
  const about = desk.suggested.value?.about;
  const found = about ? changes(desk, about) : [];
  if (!about || found.length === 0) return;
  const text = applied(found, (number) => hunk === 'all' || number === hunk);
  desk.typed.put(about, { ...desk.typed.of(about), [CONTENT]: text });
  help(desk, about, 'rewritten');
  if (hunk === 'all') desk.suggested.value = null;
}

/** Into the box, for the person to change and to send. */
export function useWords(desk: Desk): void {
  const suggested = desk.suggested.value;
  if (!suggested?.text) return;
  desk.typed.put(suggested.about, { text: suggested.text });
  desk.suggested.value = null;
}

export function help(desk: Desk, hold: string, by: Help): void {
  desk.typed.put(`helped:${hold}`, { ...desk.typed.of(`helped:${hold}`), [by]: 'yes' });
}

// --- asking ---------------------------------------------------------------------------------------

async function forHold(desk: Desk, instruction: string): Promise<Suggested | null> {
  const card = cardNow(desk);
  if (!card || !alive(card.hold)) return null;
  const { id, conversation } = card.hold;
  if (!(CONTENT in firstTexts(card))) {
    desk.tell(say.value.notices.answersOnly, true);
    return null;
  }
  if (desk.editing.value !== id) edit(desk);
  if (desk.editing.value !== id) return null;
  return await ask(desk, id, { conversation, hold: id, instruction });
}

async function ask(
  desk: Desk,
  about: string,
  wish: Readonly<Record<string, string>>,
): Promise<Suggested | null> {
  const me = desk.me.value;
  if (!me || desk.suggested.value?.text === '') return null;
  desk.suggested.value = { about, text: '', model: '' };
  const found = await suggestion(me, wish);
  if (desk.suggested.value?.about !== about) return null; // nobody waits for it any more
  if ('problem' in found) {
    desk.suggested.value = null;
    desk.tell(found.problem, true);
    return null;
  }
  return desk.suggested.value = { about, ...found, text: lead(desk, about) + found.text };
}

function written(desk: Desk, about: string): string {
  return desk.typed.of(about)?.[CONTENT] ?? '';
}
