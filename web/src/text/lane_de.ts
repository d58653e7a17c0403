/** German: what the review lane says. */
import type { en } from './lane_en.ts';
import type { Said } from './languages.ts';

export const de: Said<typeof en> = {
  title: 'Nachsehen',
  lists: 'Listen',
  waiting: 'Zum Nachsehen',
  decided: 'Entschieden',
  nothing: 'Nichts zum Nachsehen',
  nothingWhy:
    'Was Regeln nur beobachten, was die Stichprobe zieht und was Kunden beanstanden, wartet hier, ohne Frist.',
  noneDecided: 'Noch ist nichts entschieden',
  choose: 'Wähle eine Antwort aus der Liste.',
  notAllowed: 'Hier sehen Agenten nach',
  notAllowedWhy: 'Du bist angemeldet, und deine Rolle liest keine Antworten.',
  erased: 'Der Text wurde gelöscht.',
  causes: {
    audit: 'von der Stichprobe gezogen',
    'feedback:down': 'der Kunde war nicht zufrieden',
    'feedback:wrong': 'der Kunde sagt, es stimmt nicht',
    overturned: 'umgestoßen',
  },
  verdicts: {
    fine: 'in Ordnung',
    wrong: 'falsch',
    corrected: 'berichtigt',
    approve: 'freigegeben',
    edit: 'geändert',
    reject: 'abgelehnt',
    take_over: 'übernommen',
    release: 'von selbst hinaus',
    fallback_text: 'niemand rechtzeitig',
    block: 'gesperrt',
  },
  question: 'Frage',
  answer: 'Was der Kunde las',
  correction: 'Berichtigt zu',
  proposed: (name) => `${name} möchte es dazu berichtigen; jemand anderes muss es bestätigen`,
  complaint: 'Was der Kunde sagt',
  because: 'Was Regeln darin sahen',
  conversation: 'Das Gespräch',
  authors: {
    customer: 'Kunde',
    ai: 'Assistent',
    human: 'Kollege',
    policy: 'Sichere Antwort',
    correction: 'Berichtigung',
  },
  reviewed: (name, verdict) => `${name} sagte: ${verdict}`,
  decision: (name, action) => `Bevor es hinausging, ${name}: ${action}`,
  fine: 'In Ordnung',
  wrong: 'Falsch',
  correct: 'Jetzt berichtigen',
  text: 'Was stattdessen stimmt',
  textHow: 'Der Kunde sieht es anstelle der Antwort, oder mit der nächsten.',
  note: 'Notiz für Kollegen',
  send: 'Berichtigung senden',
  anyway: 'Trotzdem senden',
  confirm: 'Bestätigen und senden',
  confirmHow:
    'So gesendet, bestätigt es deinen Kollegen. Geändert, muss es jemand anderes bestätigen.',
  warned: (rules) =>
    `Die Prüfungen würden auch diesen Text anhalten${
      rules && ` (${rules})`
    }. Ändere ihn, oder sende ihn noch einmal.`,
  already: (name, verdict) =>
    `${name} war schneller und sagte: ${verdict}. Sage es noch einmal, um das umzustoßen.`,
  keysRest: 'Sie ruhen, während du schreibst.',
  does: {
    down: 'in der Liste abwärts',
    up: 'in der Liste aufwärts',
    fine: 'die Antwort war in Ordnung',
    wrong: 'sie war falsch',
    'correct-now': 'sie jetzt berichtigen',
    'to-review': 'was nachzusehen ist',
    decided: 'was entschieden wurde',
    keys: 'alle Tasten',
    back: 'zurück',
  },
  tooMany: (seconds) => `Das war viel auf einmal. Versuche es in ${seconds} s noch einmal.`,
  unreachable: 'Der Server ist nicht erreichbar. Nichts wurde gesendet.',
  elsewhere: (excerpt, why) => `Zu „${excerpt}“: ${why}`,
};
