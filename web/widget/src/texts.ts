/** Every word the widget says of its own. */

export interface Texts {
  readonly title: string;
  readonly open: string;
  readonly news: string;
  readonly close: string;
  readonly conversation: string;
  readonly message: string;
  readonly write: string;
  readonly send: string;
  readonly person: string;
  readonly wantPerson: string;
  readonly disclosure: (name: string) => string;
  readonly assistant: (name: string) => string;
  readonly talking: (agent: string) => string;
  readonly thinking: (name: string) => string;
  readonly typing: (agent: string) => string;
  readonly checking: string;
  readonly held: string;
  readonly offline: string;
  readonly joined: (agent: string) => string;
  readonly left: (agent: string) => string;
  readonly problem: string;
  readonly retry: string;
  readonly reviewed: string;
  readonly corrected: string;
  readonly up: string;
  readonly down: string;
  readonly wrong: string;
  readonly what: string;
  readonly report: string;
  readonly thanks: string;
}

const en: Texts = {
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
  disclosure: (name) => `${name} is an AI assistant. People check some of its answers.`,
  assistant: (name) => `${name}, AI assistant`,
  talking: (agent) => `You are talking with ${agent}`,
  thinking: (name) => `${name} is writing…`,
  typing: (agent) => `${agent} is typing…`,
  checking: 'Checking this answer…',
  held: 'A colleague is checking this answer.',
  offline: 'No connection. Trying again…',
  joined: (agent) => `${agent} joined`,
  left: (agent) => `${agent} left, the assistant is back`,
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
  disclosure: (name) => `${name} ist ein KI-Assistent. Menschen prüfen einige seiner Antworten.`,
  assistant: (name) => `${name}, KI-Assistent`,
  talking: (agent) => `Sie sprechen mit ${agent}`,
  thinking: (name) => `${name} schreibt …`,
  typing: (agent) => `${agent} schreibt …`,
  checking: 'Diese Antwort wird geprüft …',
  held: 'Jemand aus unserem Team prüft diese Antwort.',
  offline: 'Keine Verbindung. Neuer Versuch …',
  joined: (agent) => `${agent} ist jetzt da`,
  left: (agent) => `${agent} ist gegangen, der Assistent ist zurück`,
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
