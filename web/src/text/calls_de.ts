/** German: how agents are called. */
import type { en } from './calls_en.ts';
import type { Said } from './languages.ts';

export const de: Said<typeof en> = {
  title: 'Ton und Mitteilungen',
  when: 'Wann',
  sound: 'Ton',
  notice: 'Mitteilung',
  of: {
    mine: 'Etwas ist für dich',
    hurry: 'Kaum noch Zeit',
    high: 'Große Tragweite',
    usual: 'Jede andere Antwort',
  },
  about: {
    mine:
      'Jemand aus der Kundschaft oder dem Team braucht dich, oder eine Antwort wird dir gegeben',
    hurry: 'Eine Antwort, die niemand übernommen hat',
    high: 'Eine Antwort kommt, oder jemand wartet auf einen Menschen',
    usual: 'Eine Antwort, auf die nichts davon zutrifft',
  },
  quiet: 'Ruhezeit',
  from: 'von',
  to: 'bis',
  none: 'Keine Ruhezeit',
  allow: 'Mitteilungen erlauben',
  allowed:
    'Mitteilungen kommen, solange kein Tab der Konsole zu sehen ist. Worte der Kundschaft stehen nicht darin.',
  denied: 'Dieser Browser blockiert Mitteilungen dieser Seite. Das lässt sich dort ändern.',
  missing: 'Dieser Browser kennt keine Mitteilungen von Seiten.',
  try: 'Ausprobieren',
  oneTab: 'Nur einer deiner Tabs macht einen Ton. Solange du weg bist, ist es still.',
  tried: 'So sieht es aus',
  conversation: 'Ein Gespräch',
  many: (count) => `${count} Dinge warten auf dich`,
  notices: {
    mine: 'Das ist für dich.',
    hurry: 'Kaum noch Zeit, und niemand hat sie übernommen.',
    high: 'Große Tragweite: Jemand muss entscheiden.',
    usual: 'Jemand muss entscheiden.',
  },
};
