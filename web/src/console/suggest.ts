/** What a model would write here: asked for by a person, shown to them, never sent by itself. */
import { applied, type Change, difference } from '../shared/difference.ts';
import type { Help } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { lead } from './correcting.ts';
import type { Desk } from './desk.ts';
import { edit } from './editing.ts';
import { help } from './helped.ts';
import { cardNow, conversationNow, isMine } from './now.ts';
import { suggestion } from './session.ts';
import { alive } from './state.ts';
import { CONTENT, firstTexts } from './texts.ts';
import { append, boxNow, emptied } from './unsent.ts';

export interface Suggested {
  /** The hold or conversation that it is about. */
  readonly about: string;
  /** '' while the model still thinks. */
  readonly text: string;
  readonly model: string;
  /** What an answer is marked with that takes it. */
  readonly by: Help;
}

/** Who is asked; tests ask somebody else. */
type Ask = typeof suggestion;

/**
 * A line of instruction: what the model makes of it is in the editor, and shown as a difference. If
 * somebody has written there meanwhile, it waits beside it for them to take.
 */
export async function steer(
  desk: Desk,
  instruction: string,
  asks: Ask = suggestion,
): Promise<void> {
  const box = boxNow(desk, 'steer');
  const begun = forHold(desk, instruction, asks);
  const before = written(desk, desk.editing.value ?? '');
  const found = await begun;
  if (!found) return;
  emptied(desk, box, instruction);
  if (written(desk, found.about) !== before) return;
  desk.typed.put(found.about, { ...desk.typed.of(found.about), [CONTENT]: found.text });
  help(desk, found.about, found.by);
  desk.suggested.value = null;
}

/** The model's own rewriting: each of its changes is taken by itself. */
export async function rewrite(desk: Desk, asks: Ask = suggestion): Promise<void> {
  if (!thinks(desk)) await forHold(desk, '', asks);
}

/** What could be said next, to whom one speaks. */
export async function nextWords(desk: Desk, asks: Ask = suggestion): Promise<void> {
  const here = conversationNow(desk);
  if (!here || !isMine(desk, here.owner) || thinks(desk)) return;
  await ask(desk, here.id, 'rewritten', { conversation: here.id }, asks);
}

/** The changes that the suggestion would still make to what is written now. */
export function changes(desk: Desk, about: string): Change[] {
  const suggested = desk.suggested.value;
  if (suggested?.about !== about || !suggested.text) return [];
  return difference(written(desk, about), suggested.text);
}

/** Takes one change, or all. */
export function take(desk: Desk, hunk: number | 'all'): void {
  const suggested = desk.suggested.value;
  if (!suggested) return;
  const { about, by } = suggested;
  const found = changes(desk, about);
  if (found.length === 0) return;
  const text = applied(found, (number) => hunk === 'all' || number === hunk);
  desk.typed.put(about, { ...desk.typed.of(about), [CONTENT]: text });
  help(desk, about, by);
  if (hunk === 'all') desk.suggested.value = null;
}

/** Into the box, after what is there, for the person to change and to send. */
export function useWords(desk: Desk): void {
  const suggested = desk.suggested.value;
  if (!suggested?.text) return;
  append(desk, suggested.about, suggested.text);
  desk.suggested.value = null;
}

// --- asking ---------------------------------------------------------------------------------------

async function forHold(desk: Desk, instruction: string, asks: Ask): Promise<Suggested | null> {
  const card = cardNow(desk);
  if (!card || !alive(card.hold)) return null;
  const { id, conversation } = card.hold;
  if (!(CONTENT in firstTexts(card))) {
    desk.tell(say.value.notices.answersOnly, true);
    return null;
  }
  if (desk.editing.value !== id) edit(desk);
  if (desk.editing.value !== id) return null;
  const by = instruction ? 'instructed' : 'rewritten';
  const wish = { conversation, hold: id, instruction, text: soFar(desk, id) };
  return await ask(desk, id, by, wish, asks);
}

/** What was made of the rest until now: the model goes on from there. */
function soFar(desk: Desk, hold: string): string {
  const sent = lead(desk, hold);
  const text = written(desk, hold);
  return text.startsWith(sent) ? text.slice(sent.length) : '';
}

async function ask(
  desk: Desk,
  about: string,
  by: Help,
  wish: Readonly<Record<string, string>>,
  asks: Ask,
): Promise<Suggested | null> {
  const me = desk.me.value;
  if (!me) return null;
  const asked = desk.suggested.value = { about, text: '', model: '', by };
  const found = await asks(me, wish);
  if (desk.suggested.value !== asked) return null; // dismissed, or something else is asked by now
  if ('problem' in found) {
    desk.suggested.value = null;
    desk.tell(found.problem, true);
    return null;
  }
  return desk.suggested.value = { ...asked, ...found, text: lead(desk, about) + found.text };
}

/** Whether a model is asked already: a key that is hit twice asks once. */
function thinks(desk: Desk): boolean {
  return desk.suggested.value?.text === '';
}

function written(desk: Desk, about: string): string {
  return desk.typed.of(about)?.[CONTENT] ?? '';
}
