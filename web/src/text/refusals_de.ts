/** German: why the server did not do something. */
import { number } from './numbers.ts';
import type { Refusals } from './refusals.ts';

const again = 'sieh noch einmal hin.';
const late = 'Der Server kann das gerade nicht festhalten: versuche es gleich noch einmal.';

export const de: Refusals = {
  answer_not_found: () => 'Diese Antwort gibt es hier nicht mehr.',
  busy: () => `Hier ändert sich gerade zu viel auf einmal: ${again}`,
  cancelled: () => 'Auf diese Antwort wartet niemand mehr.',
  checks_outstanding: () => 'Noch nicht alle Prüfungen sind fertig: warte, ändere oder lehne ab.',
  claim_lost: () => 'Sie gehört dir nicht mehr: nimm sie noch einmal.',
  claimed: ({ display }) => `${display} hat diese Antwort genommen.`,
  conversation_not_found: () => 'Dieses Gespräch gibt es hier nicht mehr.',
  decided: ({ display }) => `${display} hat zuerst über diese Antwort entschieden.`,
  draft_interrupted: () => 'Sie ist abgebrochen: ändere sie, lehne ab oder übernimm.',
  draft_streaming: () => 'Sie wird noch geschrieben: warte, ändere oder lehne ab.',
  escalated: () => 'Das wurde weitergereicht: nur Supervisoren entscheiden.',
  fields_missing: () =>
    'Ein Werkzeugaufruf wird als Ganzes geändert: es fehlt noch ein Teil davon.',
  forbidden: () => 'Deine Rolle darf das nicht.',
  full: () => 'Du hast schon so viele, wie du haben darfst: entscheide erst oder gib eine zurück.',
  hold_elsewhere: () => `Diese Antwort gehört zu einem anderen Gespräch: ${again}`,
  hold_not_found: () => 'Diese Antwort gibt es hier nicht mehr.',
  invalid_text: () =>
    'Der Text passt nicht zum verlangten Format, oder ein Zeichen darin ist unvollständig.',
  no_person: () => 'Hier entscheiden zwei Personen: melde dich an.',
  no_such_field: () => `Dieses Feld hat die Antwort nicht: ${again}`,
  no_supervisor: () => 'Sonst ist kein Supervisor online: gib sie jemandem aus dem Team.',
  not_adjustable: () => 'Diese Schwelle lässt sich nicht verschieben.',
  not_allowed: () => 'Das ist hier nicht erlaubt.',
  not_asked: () => 'Nach deiner Meinung hat niemand gefragt, oder du hast sie schon gesagt.',
  not_for_you: ({ lacking }) => `Das ist für Leute mit: ${[lacking].flat().join(', ')}.`,
  not_online: () =>
    'Diese Person ist nicht mehr da, oder sonst ist niemand online: wähle jemanden, der da ist.',
  not_taken_over: () => 'Hier spricht der Assistent: übernimm erst das Gespräch.',
  nothing_to_correct: () =>
    'So gibt es nichts zu berichtigen: ändere den Text, oder gib die Antwort frei.',
  nothing_to_second: () => 'Hier wartet nichts auf eine zweite Person.',
  nothing_to_send: () => 'Nichts wartet darauf, gesendet zu werden.',
  nothing_to_undo: () => 'Es gibt nichts zurückzunehmen.',
  own_decision: () => 'Das hast du selbst entschieden: jemand anderes muss es bestätigen.',
  own_hold: () => 'Das bist du selbst: nimm sie, oder die nächste.',
  own_opinion: () => 'Eine zweite Meinung ist die von jemand anderem: wähle jemanden aus.',
  recheck_pending: () => 'Die Prüfungen lesen diesen Text noch: einen Moment.',
  settling: ({ display }) => `${display} hat gerade über diese Antwort entschieden.`,
  stale_draft: () => `Der Text hat sich inzwischen geändert: ${again}`,
  stale_epoch: () => `Inzwischen spricht jemand anderes in diesem Gespräch: ${again}`,
  stale_fence: () => `Inzwischen hat sie jemand anderes genommen: ${again}`,
  stale_version: () => `Das hat sich inzwischen geändert: ${again}`,
  store_busy: () => late,
  store_closed: () => late,
  store_unavailable: () => late,
  take_next: () => 'Hier sagt der Server, welche die nächste ist: drücke „Nächste“.',
  taken_over: ({ display }) => `${display} spricht in diesem Gespräch.`,
  text_needed: () => 'Das braucht einen Text: schreib, was stattdessen gelten soll.',
  text_unexpected: () => 'Ein Text gehört nur zu einer Änderung.',
  threshold_limits: ({ lowest, highest }) =>
    `Diese Schwelle geht nur von ${number(Number(lowest), 2)} bis ${number(Number(highest), 2)}.`,
  threshold_not_found: () => 'Diese Schwelle steht schon wieder, wo ihre Regel sagt.',
  too_many_calls: () => 'Das war viel auf einmal für ein Modell: warte einen Moment.',
  unattended: () => 'Hier spricht niemand mehr: übernimm das Gespräch.',
  unknown_reason: () => 'Diesen Grund gibt es hier nicht: wähle einen, oder schreib eine Notiz.',
  unknown_rule: () => 'Diese Regel gibt es nicht mehr.',
  which_field: () => 'Jedes Feld braucht seinen eigenen Text: sieh nach, welche warten.',
};
