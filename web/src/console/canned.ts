/** Prepared replies: chosen with `/`, put where one writes, with the customer's own name in them. */
import type { Card } from '../shared/protocol.gen.ts';
import type { Desk } from './desk.ts';

export interface Prepared {
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** The text in this language, else the default one, else the first there is. */
export function inLanguage({ texts }: Prepared, language: string): string {
  return texts[language] ?? texts['default'] ?? Object.values(texts)[0] ?? '';
}

/** The languages there are, each once. */
export function languages(replies: readonly Prepared[]): string[] {
  return [...new Set(replies.flatMap(({ texts }) => Object.keys(texts)))]
    .filter((one) => one !== 'default');
}

/** The variables filled in; what is not known stays as it is, so that somebody sees it. */
export function filled(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+\.[\w-]+)\}/gi, (whole, name) => known[name] || whole);
}

/** What the variables stand for here. */
export function known(desk: Desk): Record<string, string> {
  const looking = desk.looking.value;
  const hold = looking?.at === 'hold' ? looking.id : looking?.hold ?? '';
  const card: Card | undefined = desk.state.value.cards.get(hold);
  const customer = Object.entries(card?.background.customer ?? {});
  return {
    ...Object.fromEntries(customer.map(([name, value]) => [`customer.${name}`, value])),
    'agent.name': desk.state.value.me?.name ?? '',
  };
}

/** Whether a `/` here would begin something: in a box where one writes, after nothing or a blank. */
export function beginsHere(): boolean {
  const box = globalThis.document?.activeElement;
  if (!box || !(box instanceof HTMLTextAreaElement) || !box.dataset['canned']) return false;
  const before = box.value.slice(0, box.selectionStart);
  return before === '' || /\s$/.test(before);
}

/** Puts text where the cursor is, as if it were typed. */
export function insert(box: HTMLTextAreaElement, text: string): void {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}
