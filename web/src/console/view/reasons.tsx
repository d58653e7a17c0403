import type { ComponentChildren } from 'preact';
import type { Card, Finding, Track } from '../../shared/protocol.gen.ts';
import type { Pointing } from '../../shared/words.tsx';
import { onEvidence } from '../../text/evidence.ts';
import { checkName, duration, percent, quiet, type Row, rows } from '../findings.ts';
import { fromRows, rowId } from '../pointing.ts';
import { title } from '../titles.ts';
import { useTracks } from './tracks.ts';

interface ReasonsProps {
  readonly card: Card;
  readonly bare: boolean;
  readonly children?: ComponentChildren;
}

/** Why it is held: a row for each reason, with the number of its marks. `bare`: without scores. */
export function Reasons({ card, bare, children }: ReasonsProps) {
  const { outstanding } = card.hold;
  const texts = onEvidence.value;
  const silent = quiet(card);
  const pointing = fromRows();
  const tracks = useTracks(card.hold.id, !bare);
  return (
    <section class='reasons' aria-labelledby='reasons'>
      <h3 id='reasons'>{texts.why}</h3>
      {children}
      <ol>
        {rows(card).map((row) => (
          <Line
            key={row.number}
            row={row}
            track={tracks.find((one) =>
              one.rule === row.reason.rule && one.check === row.reason.check
            )}
            bare={bare}
            pointing={pointing}
          />
        ))}
      </ol>
      {outstanding.length > 0 && (
        <p class='check'>{texts.notYet(outstanding.map(checkName).join(', '))}</p>
      )}
      {silent.length > 0 && <Silent findings={silent} bare={bare} />}
    </section>
  );
}

interface LineProps {
  readonly row: Row;
  readonly track: Track | undefined;
  readonly bare: boolean;
  readonly pointing: Pointing;
}

function Line({ row, track, bare, pointing }: LineProps) {
  const { number, reason, finding } = row;
  return (
    <li
      id={rowId(number)}
      class={`reason ${pointing.at === number ? 'pointed' : ''}`}
      tabIndex={-1}
      onPointerEnter={() => pointing.point(number)}
      onPointerLeave={() => pointing.point(null)}
      onFocusIn={() => pointing.point(number)}
      onFocusOut={() => pointing.point(null)}
    >
      <button
        type='button'
        class='number'
        aria-label={onEvidence.value.showReason(number)}
        onClick={() => pointing.go(number)}
      >
        {number}
      </button>
      <span>
        <b>{title([reason.rule])}</b>: {cause(row)}
        <span class='check'>
          {[checkName(reason.check), said(row, bare)].filter(Boolean).join(': ')}
          {found(row).map((what) => <code key={what} title={what}>{what}</code>)}
        </span>
        {isSource(row) && <Source text={row.reason.detail} />}
        {track && track.judged > 0 && (
          <span class='check track'>{onEvidence.value.track(track.right, track.judged)}</span>
        )}
      </span>
      {!bare && <Score score={isExact(row) ? null : row.score} limit={row.limit} />}
      {!bare && <Latency ms={finding?.ms ?? null} />}
    </li>
  );
}

interface ScoreProps {
  readonly score: number | null;
  readonly limit: number | null;
}

/** How risky, and from where on the rule speaks. Said in words for whoever does not see it. */
function Score({ score, limit }: ScoreProps) {
  if (score === null) return <span class='bar' />;
  const told = limit === null
    ? onEvidence.value.score(percent(score))
    : onEvidence.value.scoreAndLimit(percent(score), percent(limit));
  return (
    <span class='bar'>
      <svg viewBox='0 0 100 10' preserveAspectRatio='none' role='img' aria-label={told}>
        <rect class='all' width='100' height='10' />
        <rect class='score' width={score * 100} height='10' />
        {limit !== null && <rect class='gap' x={limit * 100 - 3} width='6' height='10' />}
        {limit !== null && <rect class='limit' x={limit * 100 - 1} width='2' height='10' />}
      </svg>
      <span aria-hidden='true'>{percent(score)}</span>
    </span>
  );
}

function Latency({ ms }: { ms: number | null }) {
  return <span class='latency'>{ms !== null && duration(ms)}</span>;
}

/** Checks without an objection: what they cost, and that they were asked at all. */
function Silent({ findings, bare }: { findings: readonly Finding[]; bare: boolean }) {
  return (
    <details class='silent'>
      <summary>{onEvidence.value.silent(findings.length)}</summary>
      <ul>
        {findings.map((one) => (
          <li key={one.check}>
            <span>
              <b>{checkName(one.check)}</b> <span class='check'>{bare ? '' : one.detail}</span>
            </span>
            {!bare && <Score score={one.score} limit={lowest(one)} />}
            {!bare && <Latency ms={one.ms} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

function lowest({ limits }: Finding): number | null {
  const all = Object.values(limits);
  return all.length > 0 ? Math.min(...all) : null;
}

function cause({ reason: { rule, code, check } }: Row): string {
  const texts = onEvidence.value;
  if (rule === 'stop-switch') return texts.codes.stop_switch;
  if (check === 'ended:any') return texts.always;
  if (code === 'ended') {
    return texts.ended(check.replace('ended:', '').replaceAll('_', ' '));
  }
  const codes: Readonly<Record<string, string>> = texts.codes;
  return codes[code] ?? code;
}

/** Found beside the model's words, letter by letter: there is nothing to weigh. */
function isExact({ reason, finding }: Row): boolean {
  return reason.code === 'matched' && (finding?.ms ?? null) === null;
}

/** Found by an expression that its author has no words for: nothing an agent should have to read. */
function isSource({ reason: { spans } }: Row): boolean {
  return spans.some((span) => span.kind === 'expression');
}

/** For whoever wrote the rule. */
function Source({ text }: { text: string }) {
  return (
    <details class='check source'>
      <summary>{onEvidence.value.source}</summary>
      <code>{text}</code>
    </details>
  );
}

/** The check's own words; without scores, none that give them away. */
function said(row: Row, bare: boolean): string {
  const { detail } = row.reason;
  return isExact(row) || isSource(row) || (bare && /\d[.,]\d/.test(detail)) ? '' : detail;
}

/** What exactly was found, as checks and rules' authors call it. */
function found(row: Row): string[] {
  const { reason: { spans, detail }, finding } = row;
  const kinds = spans.map((span) => span.kind).filter((kind) =>
    !['pattern', 'expression', finding?.check].includes(kind) && !detail.includes(kind)
  );
  const words = isExact(row) && !isSource(row) ? detail : '';
  return [...new Set([words, ...kinds])].filter(Boolean);
}
