/** Every word the widget says of its own. */

/** `{}` is a name: the assistant's, or a person's. */
export type Texts = typeof en;

const en = {
  title: 'Chat',
  open: 'Open the chat',
  news: 'Open the chat: a new message',
  close: 'Close the chat',
  conversation: 'Conversation',
  message: 'Message',
  write: 'Write a message…',
  send: 'Send',
  person: 'Talk to a person',
  wantPerson: 'I would like to talk to a person.',
  disclosure: '{} is an AI assistant. People check some of its answers.',
  assistant: 'AI assistant',
  talking: 'You are talking with {}',
  thinking: '{} is writing…',
  typing: '{} is typing…',
  checking: 'Checking this answer…',
  held: 'A colleague is checking this answer.',
  offline: 'No connection. Trying again…',
  joined: '{} joined',
  left: '{} left, the assistant is back',
  away: '{} is away for a moment. What you write will be read.',
  back: '{} is back',
  gone: '{} is away',
  colleague: 'A colleague',
  problem: 'This did not work. Please try again in a moment.',
  retry: 'Try again',
  reviewed: 'Reviewed by a person',
  corrected: 'Corrected',
  up: 'Good answer',
  down: 'Bad answer',
  wrong: 'This is wrong',
  what: 'What is wrong?',
  report: 'Report',
  thanks: 'Thank you. A person will look at it.',
};

const de: Texts = {
  title: 'Chat',
  open: 'Chat öffnen',
  news: 'Chat öffnen: eine neue Nachricht',
  close: 'Chat schließen',
  conversation: 'Unterhaltung',
  message: 'Nachricht',
  write: 'Nachricht schreiben …',
  send: 'Senden',
  person: 'Mit einem Menschen sprechen',
  wantPerson: 'Ich möchte mit einem Menschen sprechen.',
  disclosure: '{} ist ein KI-Assistent. Menschen prüfen einige seiner Antworten.',
  assistant: 'KI-Assistent',
  talking: 'Sie sprechen mit {}',
  thinking: '{} schreibt …',
  typing: '{} schreibt …',
  checking: 'Diese Antwort wird geprüft …',
  held: 'Jemand aus unserem Team prüft diese Antwort.',
  offline: 'Keine Verbindung. Neuer Versuch …',
  joined: '{} ist jetzt da',
  left: '{} ist gegangen, der Assistent ist zurück',
  away: '{} ist kurz nicht da. Was Sie schreiben, wird gelesen.',
  back: '{} ist wieder da',
  gone: '{} ist kurz nicht da',
  colleague: 'Jemand aus dem Team',
  problem: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
  retry: 'Noch einmal versuchen',
  reviewed: 'Von einem Menschen geprüft',
  corrected: 'Berichtigt',
  up: 'Gute Antwort',
  down: 'Schlechte Antwort',
  wrong: 'Das stimmt nicht',
  what: 'Was stimmt nicht?',
  report: 'Melden',
  thanks: 'Danke. Ein Mensch sieht sich das an.',
};

/** By a language tag such as `de-AT`; English for languages that nobody wrote yet. */
export function texts(language: string): Texts {
  return language.toLowerCase().startsWith('de') ? de : en;
}

export function named(text: string, name: string): string {
  return text.replace('{}', () => name);
}
