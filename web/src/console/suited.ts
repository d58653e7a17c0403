/** Warns whoever looks at a hold that asks for what they have not. They may take it nevertheless. */
import { effect } from '@preact/signals';
import type { HoldView } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import type { Desk } from './desk.ts';
import { alive, holdOf } from './state.ts';

interface Able {
  readonly skills: readonly string[];
  readonly languages: readonly string[];
}

/** What a hold wants that this person has not; the server says the same when it chooses. */
export function lacking(hold: Pick<HoldView, 'skills' | 'languages'>, me: Able): string[] {
  const skills = hold.skills.filter((one) => !me.skills.includes(one));
  const spoken = (one: string) => me.languages.some((mine) => same(one, mine));
  return [...skills, ...hold.languages.filter((one) => !spoken(one))];
}

function same(wanted: string, spoken: string): boolean {
  return wanted === spoken || spoken.startsWith(`${wanted}-`) || wanted.startsWith(`${spoken}-`);
}

export function warnUnsuited(desk: Desk): void {
  const warned = new Set<string>();
  effect(() => {
    const looking = desk.looking.value;
    const me = desk.me.value;
    const hold = looking?.at === 'hold' ? holdOf(desk.state.value, looking.id) : undefined;
    if (!me || !hold || !alive(hold) || warned.has(hold.id)) return;
    const missing = lacking(hold, me);
    if (missing.length === 0) return;
    warned.add(hold.id);
    const words = say.value.notices.unsuited(missing.join(', '));
    queueMicrotask(() => desk.tell(words, true)); // looking elsewhere takes away what was said
  });
}
