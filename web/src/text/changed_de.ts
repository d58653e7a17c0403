/** German: what changed while somebody decided. */
import type { en } from './changed_en.ts';
import type { Said } from './languages.ts';

export const de: Said<typeof en> = {
  title: 'Nicht gesendet: das hat sich geändert, seit du hingesehen hast',
  text: 'Der zurückgehaltene Text hat sich geändert.',
  proposed: 'Was gesendet würde',
  draft: {
    streaming: 'Die Antwort wird wieder geschrieben.',
    whole: 'Die Antwort ist jetzt vollständig.',
    interrupted: 'Die Antwort ist abgebrochen.',
  },
  found: (what) => `Neuer Grund: ${what}.`,
  weighed: (what) => `Neu beurteilt: ${what}.`,
  gone: (what) => `Kein Grund mehr: ${what}.`,
  rule: (what) => `Eine weitere Regel hält sie zurück: ${what}.`,
  judged: (checks) => `Inzwischen beurteilt von: ${checks}.`,
  unjudged: (checks) => `Noch nicht beurteilt von: ${checks}.`,
  requeued: 'Die Frist der Antwort lief ab: sie ist wieder in der Warteschlange und hat neue Zeit.',
  customerLeft: 'Der Kunde ist gegangen.',
  claimEnded: 'Sie gehört dir nicht mehr.',
  claimed: (name) => `${name} hat sie genommen.`,
  wrote: (name) => `${name} hat eine Notiz geschrieben.`,
  thinks: (name, would) => `${name} ${would}.`,
  decided: (done) => `${done}.`,
  went: 'Das Gespräch ging weiter.',
  beside: 'Neben der Antwort hat sich etwas geändert: sieh sie noch einmal durch.',
  nothing: 'Nichts, was du lesen kannst, hat sich geändert. Drücke die Taste noch einmal.',
  close: 'Gesehen',
};
