/**
 * What is otherwise on a card than it was when somebody decided about it: texts, draft, reasons, and
 * what colleagues did. What says nothing to a reader (version, lease, place in the queue) is left out;
 * what is not known here by its name is said, too.
 */
import type { Card, HoldView, Reason } from '../shared/protocol.gen.ts';
import { alike, type Change, difference } from '../shared/difference.ts';
import { onCard } from '../text/card.ts';
import { onChanged } from '../text/changed.ts';
import { checkName } from './findings.ts';
import { deed } from './outcome.ts';
import { nameOf, passages } from './texts.ts';
import { title } from './titles.ts';

/** A text, as it was seen and as it is. */
export interface Rewritten {
  /** '' where it is the one text that waits. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface Changed {
  readonly texts: readonly Rewritten[];
  readonly said: readonly string[];
}

export function changed(seen: Card, now: Card, me: string): Changed {
  const { text, proposed, beside, nothing } = onChanged.value;
  const held = rewritten(pending(seen), pending(now), '');
  const sent = rewritten(seen.proposed, now.proposed, proposed);
  const texts = [...held, ...sent];
  const said = new Set([
    ...(texts.length > 0 ? [text] : []),
    ...draft(seen.hold, now.hold),
    ...why(seen.hold, now.hold),
    ...who(seen, now, me),
  ]);
  if (said.size > 0) return { texts, said: [...said] };
  return { texts, said: [legible(seen) === legible(now) ? nothing : beside] };
}

/** What changed in it, for people to read: of a text that is simply another, all of both. */
export function told({ before, after }: Rewritten): Change[] {
  const words = difference(before, after);
  if (alike(words)) return shortened(words);
  return [{ kind: 'gone', text: before }, { kind: 'new', text: after }];
}

/** Of a stretch that stayed, as much as shows where one is. */
const AROUND = 60;

/** Long stretches that stayed are cut short: what changed is seen at one look. */
export function shortened(told: readonly Change[]): Change[] {
  return told.map((change, at) => {
    const { kind, text } = change;
    const head = at === 0 ? '' : text.slice(0, AROUND);
    const tail = at === told.length - 1 ? '' : text.slice(-AROUND);
    if (kind !== 'same' || text.length <= 2 * AROUND) return change;
    const from = head.slice(0, head.search(/\s\S*$/) + 1 || head.length);
    const to = tail.slice(Math.max(0, tail.search(/\s/)));
    return { kind, text: [from, ' … ', to].join('') };
  });
}

function pending(card: Card): Record<string, string> {
  return Object.fromEntries(passages(card).map((one) => [one.field, one.pending]));
}

function rewritten(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  of: string,
): Rewritten[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const name = (field: string) => of || (fields.length > 1 ? nameOf(field) : '');
  return fields
    .map((field) => ({ name: name(field), before: before[field] ?? '', after: after[field] ?? '' }))
    .filter((one) => one.before !== one.after);
}

function draft(seen: HoldView, now: HoldView): string[] {
  const { draft, judged, unjudged, requeued, customerLeft } = onChanged.value;
  const done = seen.outstanding.filter((one) => !now.outstanding.includes(one));
  const open = now.outstanding.filter((one) => !seen.outstanding.includes(one));
  return [
    now.draft_state !== seen.draft_state && draft[now.draft_state],
    done.length > 0 && judged(done.map(checkName).join(', ')),
    open.length > 0 && unjudged(open.map(checkName).join(', ')),
    now.requeued && !seen.requeued && requeued,
    now.customer_left && !seen.customer_left && customerLeft,
  ].filter((one) => one !== false);
}

/** Reasons and rules, each by the name that the card gives it. */
function why(seen: HoldView, now: HoldView): string[] {
  const { found, weighed, gone, rule } = onChanged.value;
  const known = new Set(seen.reasons.map(called));
  const same = new Set(seen.reasons.map((one) => JSON.stringify(one)));
  const there = new Set(now.reasons.map(called));
  const fresh = now.reasons.filter((one) => !same.has(JSON.stringify(one)));
  const rules = new Set([...seen.rules, ...now.reasons.map((one) => one.rule)]);
  return [
    ...new Set([
      ...fresh.map((one) => known.has(called(one)) ? weighed(called(one)) : found(called(one))),
      ...seen.reasons.map(called).filter((one) => !there.has(one)).map(gone),
      ...now.rules.filter((one) => !rules.has(one)).map((one) => rule(title([one]))),
    ]),
  ];
}

function called({ rule, check }: Reason): string {
  return `${title([rule])} (${checkName(check)})`;
}

function who(seen: Card, now: Card, me: string): string[] {
  const { claimEnded, claimed, wrote, thinks, decided, went } = onChanged.value;
  const { claimed_by: owner, escalated_by: passed, declined_by: declined, proposal } = now.hold;
  const before = seen.hold;
  const notes = now.notes.filter(({ id, by }) =>
    by.id !== me && !seen.notes.some((old) => old.id === id)
  );
  const thought = now.opinions.filter(({ of, given_at }) =>
    given_at !== null &&
    !seen.opinions.some((old) => old.of.id === of.id && old.given_at === given_at)
  );
  const made = proposal && proposal.by.id !== me && proposal.by.id !== before.proposal?.by.id;
  return [
    before.claimed_by?.id === me && owner?.id !== me && claimEnded,
    owner && owner.id !== me && owner.id !== before.claimed_by?.id && claimed(owner.name),
    made && decided(deed(proposal.by, proposal.action, me)),
    passed && passed.id !== before.escalated_by?.id && onCard.value.passedOn(passed.name),
    declined && declined.id !== before.declined_by?.id && onCard.value.notConfirmed(declined.name),
    ...notes.map(({ by }) => wrote(by.name)),
    ...thought.map(({ of, action }) => action && thinks(of.name, onCard.value.would[action])),
    now.messages.at(-1)?.id !== seen.messages.at(-1)?.id && went,
  ].filter((one) => typeof one === 'string');
}

/** What says nothing to a reader, or is said by its name already. */
const SILENT = ['version', 'fence', 'state', 'weight', 'last_band', 'claimed_by', 'trail'];

/** All that a reader may find on it, whatever is added to cards one day. */
function legible({ hold, background, draft_sha256: _, ...card }: Card): string {
  const read = [hold, background].map((one) =>
    Object.entries(one).filter(([field]) => !SILENT.includes(field))
  );
  return JSON.stringify([card, read]);
}
