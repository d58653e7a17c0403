/** German: why the server did not do something. */
import type { Refusals } from './refusals.ts';

const again = 'sieh noch einmal hin.';

export const de: Refusals = {
  cancelled: () => 'Auf diese Antwort wartet niemand mehr.',
  checks_outstanding: () => 'Noch nicht alle Prüfungen sind fertig: warte, ändere oder lehne ab.',
  claim_lost: () => 'Sie gehört dir nicht mehr: nimm sie noch einmal.',
  claimed: ({ display }) => `${display} hat diese Antwort genommen.`,
  decided: ({ display }) => `${display} hat zuerst über diese Antwort entschieden.`,
  draft_interrupted: () => 'Sie ist abgebrochen: ändere sie, lehne ab oder übernimm.',
  draft_streaming: () => 'Sie wird noch geschrieben: warte, ändere oder lehne ab.',
  escalated: () => 'Das wurde weitergereicht: nur Supervisoren entscheiden.',
  full: () => 'Du hast schon so viele, wie du haben darfst: entscheide erst oder gib eine zurück.',
  no_supervisor: () => 'Sonst ist kein Supervisor online: gib sie jemandem aus dem Team.',
  not_allowed: () => 'Das ist hier nicht erlaubt.',
  not_asked: () => 'Nach deiner Meinung hat niemand gefragt, oder du hast sie schon gesagt.',
  not_online: () => 'Dafür ist niemand online: wähle jemanden, der da ist.',
  not_taken_over: () => 'Hier spricht der Assistent: übernimm erst das Gespräch.',
  nothing_to_correct: () => 'Hier gibt es nichts zu berichtigen.',
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
  take_next: () => 'Hier sagt der Server, welche die nächste ist: drücke „Nächste“.',
  taken_over: ({ display }) => `${display} spricht in diesem Gespräch.`,
  text_needed: () => 'Das braucht einen Text: schreib, was stattdessen gelten soll.',
  unattended: () => 'Hier spricht niemand mehr: übernimm das Gespräch.',
};
