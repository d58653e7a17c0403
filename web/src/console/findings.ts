/** Why a hold is held, check by check: what the card's table and evidence are made of. */
import { onEvidence } from '../text/evidence.ts';
import { number } from '../text/numbers.ts';
import type {
  Card,
  Cluster,
  Finding,
  History,
  KnownAnswer,
  Passage,
  Reason,
} from '../shared/protocol.gen.ts';

/** The risk that several checks make together, as core/fusion.py calls it. */
const RISK = 'risk';

/** One row of the table: a reason, with what its check said. `number` is that of the marks. */
export interface Row {
  readonly number: number;
  readonly reason: Reason;
  readonly finding: Finding | undefined;
  /** From which score on the rule speaks. */
  readonly limit: number | null;
  readonly score: number | null;
}

export function rows({ hold, findings }: Card): Row[] {
  const said = new Map(findings.map((one) => [one.check, one]));
  return hold.reasons.map((reason, at) => {
    const finding = said.get(reason.check);
    return {
      number: at + 1,
      reason,
      finding,
      limit: finding?.limits[reason.rule] ?? null,
      score: reason.score,
    };
  });
}

/** The checks that had no objection. */
export function quiet({ hold, findings }: Card): Finding[] {
  const objecting = new Set(hold.reasons.map((reason) => reason.check));
  return findings.filter((one) => !objecting.has(one.check));
}

/** What readers call a check: "patterns:refund-promise" is `patterns`, as that rule uses it. */
export function checkName(check: string): string {
  const [name = ''] = check.split(':');
  return name === RISK ? onEvidence.value.allChecks : name.replaceAll('_', ' ');
}

/** What the objecting checks have to show; all of it where it is their sum that objects. */
function shown({ hold, findings }: Card): Finding[] {
  const objecting = new Set(hold.reasons.map((reason) => reason.check));
  return objecting.has(RISK) ? [...findings] : findings.filter((one) => objecting.has(one.check));
}

/** The samples of a turn are the same for every check that reads them. */
export function clusters(card: Card): readonly Cluster[] {
  return shown(card).find((one) => one.evidence.clusters.length > 0)?.evidence.clusters ?? [];
}

export function known(card: Card): KnownAnswer[] {
  const all = shown(card).flatMap((one) => one.evidence.known).filter((one) => one.bad);
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** What the model was given, nearest to what the objecting checks found nothing for. */
export function passages(card: Card): readonly Passage[] {
  return shown(card).flatMap((one) => one.evidence.passages);
}

/** "2 of 3 say 30 days". */
export function says({ says, samples }: Cluster, all: number): string {
  const texts = onEvidence.value;
  return all === 1 ? texts.itSays(says) : texts.someSay(samples.length, all, says);
}

/** "Met in 3 other holds: 2 rejected, 1 edited." */
export function past(history: History | undefined): string {
  const texts = onEvidence.value;
  if (!history) return texts.notMet;
  const became: Readonly<Record<string, string>> = texts.became;
  const decided = Object.entries(history.decisions)
    .map(([action, count]) => `${count} ${became[action] ?? action}`);
  const met = texts.met(history.holds);
  return decided.length > 0 ? `${met}: ${decided.join(', ')}.` : `${met}, ${texts.noneDecided}.`;
}

/** A score as a share of all, so that it is read and not admired: 0.874 is "87 %". */
export function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${number(ms / 1000, 1)} s`;
}
