/** German: why it is held, and what came before. */
import type { en } from './evidence_en.ts';
import type { Said } from './languages.ts';

const some = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

export const de: Said<typeof en> = {
  why: 'Warum sie zurückgehalten wird',
  codes: {
    matched: 'im Text gefunden',
    threshold: 'über der Schwelle',
    check_failed: 'die Prüfung ist gescheitert, darum sieht ein Mensch nach',
    check_timed_out: 'die Prüfung hat zu lange gebraucht, darum sieht ein Mensch nach',
    stop_switch: 'der Notschalter hält alles zurück',
  },
  always: 'bei solchen Fragen wird jede Antwort angesehen',
  ended: (how) => `die Antwort endete mit ${how}`,
  allChecks: 'alle Prüfungen zusammen',
  notYet: (checks) => `Noch nicht beurteilt von ${checks}`,
  showReason: (number) => `Grund ${number} im Text zeigen`,
  score: (score) => `Wert ${score}`,
  scoreAndLimit: (score, limit) => `Wert ${score}, zurückgehalten ab ${limit}`,
  track: (right, judged) =>
    `im Recht bei ${right} von ${
      some(judged, 'beurteilten Antwort', 'beurteilten Antworten')
    } dieser Regel`,
  silent: (count) =>
    count === 1
      ? '1 andere Prüfung hatte keine Einwände'
      : `${count} andere Prüfungen hatten keine Einwände`,
  samples: 'Das Modell, noch einmal gefragt',
  moreLikeIt: (count) => `${count} weitere wie diese`,
  useAnswer: 'Diese Antwort verwenden',
  passages: 'Was dem Modell vorlag',
  nearest: 'Am nächsten an',
  from: (source) => `aus ${source}`,
  known: 'Schon einmal schlecht befunden',
  alike: (share) => `${share} ähnlich`,
  to: 'Auf',
  addedBy: (name) => `Hinzugefügt von ${name}`,
  addedOn: (name, day) => `Hinzugefügt von ${name} am ${day}`,
  itSays: (what) => `Es sagt ${what}`.trim(),
  someSay: (count, all, what) =>
    `${count} von ${all} ${count === 1 ? 'sagt' : 'sagen'} ${what}`.trim(),
  became: {
    approve: 'freigegeben',
    edit: 'geändert',
    reject: 'abgelehnt',
    take_over: 'übernommen',
    release: 'hinausgelassen',
    fallback_text: 'sicher beantwortet',
    block: 'gesperrt',
  },
  notMet: 'Noch bei keiner anderen Antwort vorgekommen.',
  met: (count) => `Kam bei ${some(count, 'anderen Antwort', 'anderen Antworten')} vor`,
  noneDecided: 'noch keine entschieden',
  facts: 'Kunde, laut der Anwendung',
  earlier: 'Hier früher zurückgehalten',
  past: 'Früher zurückgehalten, in anderen Gesprächen dieses Kunden',
  notDecided: 'nicht entschieden',
  record: 'Verlauf',
  judged: { fine: 'in Ordnung', wrong: 'falsch', unsure: 'unsicher' },
  thought: 'Bevor du die Werte sahst, dachtest du:',
  first: 'Dein erstes Urteil',
  think: 'Was hältst du davon? Danach zeigen sich die Werte.',
  you: 'du',
  server: 'der Server',
  by: (who, did) => `${who}: ${did}`,
  wants: {
    approve: 'Freigeben vorgeschlagen',
    edit: 'eine Fassung vorgeschlagen',
    reject: 'Ablehnen vorgeschlagen',
    take_over: 'Übernehmen vorgeschlagen',
  },
  decided: {
    approve: 'freigegeben',
    edit: 'geändert',
    reject: 'abgelehnt',
    take_over: 'übernommen',
    release: 'hinausgelassen',
    fallback_text: 'die sichere Antwort gesendet',
    block: 'gesperrt',
  },
  happened: {
    opened: 'zurückgehalten',
    requeued: 'wieder in der Warteschlange',
    sunk: 'niemand wartet mehr darauf',
    customer_left: 'der Kunde ist gegangen',
    customer_back: 'der Kunde ist wieder da',
    cancelled: 'abgebrochen',
  },
  done: {
    looked: 'angesehen',
    claimed: 'genommen',
    released: 'zurückgelegt',
    given: 'einem Kollegen gegeben',
    undone: 'das zurückgenommen',
    hurried: 'ohne Bedenkzeit gesendet',
  },
  reasons: {
    'fine as it is': 'in Ordnung, wie es ist',
    'number changed': 'Zahl geändert',
    'date changed': 'Datum geändert',
    'promise removed': 'Versprechen entfernt',
    'link changed': 'Link geändert',
    tone: 'Ton',
    shorter: 'kürzer',
    'more said': 'mehr gesagt',
    other: 'anderes',
  },
  warned: 'die Prüfungen warnen vor der Fassung',
  rechecked: 'die Fassung wurde geprüft',
  revealed: (judgement) => `„${judgement}“ gedacht, dann die Werte gesehen`,
};
