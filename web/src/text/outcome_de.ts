/** German: what became of a hold. */
import type { Said } from './languages.ts';
import type { outcome as english } from './outcome_en.ts';

export const outcome: Said<typeof english> = {
  you: {
    approve: 'Du hast freigegeben',
    edit: 'Du hast geändert',
    reject: 'Du hast abgelehnt',
    take_over: 'Du hast übernommen',
  },
  they: {
    approve: (name) => `${name} hat freigegeben`,
    edit: (name) => `${name} hat geändert`,
    reject: (name) => `${name} hat abgelehnt`,
    take_over: (name) => `${name} hat übernommen`,
  },
  first: (deed) => `${deed}, und war schneller`,
  cancelled: 'Abgebrochen: niemand wartet mehr auf diese Antwort',
  system: {
    deadline: 'Die Zeit war um',
    no_agent: 'Niemand war da',
    customer_left: 'Der Kunde ist gegangen',
    stop_switch: 'Der Notschalter war an',
  },
  sent: {
    release: 'die Antwort ging hinaus',
    fallback_text: 'die sichere Antwort ging hinaus',
    block: 'die Antwort wurde gesperrt',
  },
  yourself: 'dir',
  corrected: 'das Gesendete ist zurückgenommen',
  instructed: (name) => `Modell, angewiesen von ${name}`,
  rewritten: 'mit dem Modell umgeschrieben',
  canned: 'vorbereitete Worte',
  confirmed: (name) => `bestätigt von ${name}`,
  delivered: 'der Kunde hat sie',
  delivering: 'unterwegs zum Kunden',
  undelivered: 'noch nicht zugestellt: der Kunde ist nicht verbunden',
};
