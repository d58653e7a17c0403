/** Why a hold is held, check by check: what the card's table and evidence are made of. */
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
  const verb = samples.length === 1 ? 'says' : 'say';
  if (all === 1) return says ? `It says ${says}` : 'It says';
  const who = `${samples.length} of ${all}`;
  return says ? `${who} ${verb} ${says}` : `${who} ${verb}`;
}

const BECAME: Record<string, string> = {
  approve: 'approved',
  edit: 'edited',
  reject: 'rejected',
  take_over: 'taken over',
  release: 'released',
  fallback_text: 'answered safely',
  block: 'blocked',
};

/** "Met in 3 other holds: 2 rejected, 1 edited." */
export function past(history: History | undefined): string {
  if (!history) return 'Not met in another hold yet.';
  const decided = Object.entries(history.decisions)
    .map(([action, count]) => `${count} ${BECAME[action] ?? action}`);
  const holds = `Met in ${history.holds} other ${history.holds === 1 ? 'hold' : 'holds'}`;
  return decided.length > 0 ? `${holds}: ${decided.join(', ')}.` : `${holds}, none decided yet.`;
}

/** A score as a share of all, so that it is read and not admired: 0.874 is "87 %". */
export function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
