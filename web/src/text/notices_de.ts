/** German: what is said for a moment, after something was done or could not be. */
import type { Said } from './languages.ts';
import type { notices as english } from './notices_en.ts';

export const notices: Said<typeof english> = {
  mayRead: (role) => `Deine Rolle, ${role}, darf hier lesen, aber nicht entscheiden.`,
  hasDecided: (name) => `${name} hat gerade über diese Antwort entschieden.`,
  passedOn: (name, to) =>
    `${name} hat das weitergereicht: jetzt entscheiden Supervisoren${to && ` (${to})`}.`,
  hasClaimed: (name) => `${name} hat diese Antwort genommen.`,
  notConnected: 'Nicht verbunden: warte, bis die Verbindung wieder da ist.',
  nothingToUndo: 'Es gibt nichts zurückzunehmen: was gesendet ist, bleibt gesendet.',
  nothingWaits: 'Nichts wartet auf dich.',
  confirmed: 'Bestätigt.',
  declined: 'Nicht bestätigt: es liegt wieder bei der Person, die entschieden hatte.',
  opinionKept: 'Deine Meinung ist vermerkt. Nichts wurde gesendet.',
  asked: 'Gefragt. Was du denkst, sieht man dort nicht.',
  escalated: 'An die Supervisoren weitergereicht.',
  given: 'Abgegeben.',
  putBack: 'Sie ist wieder in der Warteschlange.',
  ranOut: 'Eine Weile war niemand da: sie ist wieder in der Warteschlange.',
  handedBack: 'Der Assistent spricht wieder.',
  stillReading: 'Die Prüfungen lesen diesen Text noch: einen Moment.',
  tooLate: 'Was du ohne Verbindung gesagt hast, kam zu spät und wurde nicht gesendet.',
  unsure: 'Was du ohne Verbindung getan hast, kam zu spät. Sieh nach, ob es geschehen ist.',
  kept: 'Was du geschrieben hast, steht in seinem Feld.',
  newer: 'Der Server ist neuer als diese Seite: lade sie bald neu, damit dir nichts entgeht.',
  stillIn: 'Vielleicht bist du noch angemeldet: lade die Seite neu und melde dich noch einmal ab.',
  answersOnly:
    'Ein Modell schreibt nur Antworten um: Werkzeugaufrufe und Formulare änderst du selbst.',
  unreachable: 'Der Server ist nicht erreichbar: schreib es selbst.',
  tooMany: (seconds: number) =>
    `Das war viel auf einmal: frag in ${seconds} s wieder, oder schreib es selbst.`,
  halfLoaded: 'Tasten und Töne lassen sich nicht laden: es gibt nur Klicks. Lade die Seite neu.',
  noReplies: 'Die vorbereiteten Antworten lassen sich gerade nicht lesen.',
  unsuited: (what) => `Diese Antwort ist für Leute mit: ${what}. Du gehörst nicht dazu.`,
  space: (what) => `${what}: drücke die Leertaste auf diesem Knopf.`,
  spaceOrKey: (what, key) => `${what}: drücke ${key}, oder die Leertaste auf diesem Knopf.`,
};
