/** Why the server did not do something: it says so in English, other languages by its code. */
import { catalogue } from './languages.ts';

type Given = Readonly<Record<string, unknown>>;
export type Refusals = Readonly<Record<string, (details: Given) => string>>;

const refusals = catalogue<Refusals>({}, {
  de: async () => (await import('./refusals_de.ts')).de,
});

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly details?: Given;
}

/** As a sentence, in this page's language if it has one for it. */
export function refusal({ code, message, details = {} }: Refused): string {
  const known = Object.hasOwn(refusals.value, code) ? refusals.value[code] : undefined;
  return known ? known(details) : sentence(message);
}

function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
