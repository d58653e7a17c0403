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
  const customer = Object.entries(here(desk)?.background.customer ?? {});
  return {
    ...Object.fromEntries(customer.map(([name, value]) => [`customer.${name}`, value])),
    'agent.name': desk.state.value.me?.name ?? '',
  };
}

/** The language that the customer speaks, as far as that is said; else this page's. */
export function spoken(desk: Desk): string {
  const said = here(desk)?.background.customer['language'] ?? '';
  const [, base] = /^([a-z]{2,3})(?:-|$)/i.exec(said) ?? [];
  return (base ?? globalThis.document?.documentElement.lang.split('-')[0] ?? '').toLowerCase() ||
    'en';
}

/** The card that one looks at, or the one of the conversation that one looks at. */
function here(desk: Desk): Card | undefined {
  const looking = desk.looking.value;
  return desk.state.value.cards.get(looking?.at === 'hold' ? looking.id : looking?.hold ?? '');
}
