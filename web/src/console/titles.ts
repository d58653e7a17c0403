/** Names as people read them. */
import { say } from '../text/say.ts';

/** "fire-in-tent" as "Fire in tent"; several rules, one after the other. */
export function title(rules: readonly string[]): string {
  return rules.map((rule) => capital(rule.replaceAll(/[-_]+/g, ' '))).join(', ') ||
    say.value.queue.heldAnswer;
}

/** The end of an id is enough to tell two of them apart. */
export function short(id: string): string {
  return id.length > 14 ? `…${id.slice(-6)}` : id;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
