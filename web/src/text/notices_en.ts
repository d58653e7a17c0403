/** English: what is said for a moment, after something was done or could not be. */

export const notices = {
  mayRead: (role: string) => `Your role, ${role}, may read here and not decide.`,
  hasDecided: (name: string) => `${name} has just decided this hold.`,
  passedOn: (name: string, to: string) =>
    `${name} passed this on: a supervisor decides it now${to && ` (${to})`}.`,
  hasClaimed: (name: string) => `${name} has claimed this hold.`,
  notConnected: 'Not connected: wait until the connection is back.',
  nothingToUndo: 'There is nothing to undo: what was sent stays sent.',
  nothingWaits: 'Nothing waits for you.',
  confirmed: 'Confirmed.',
  declined: 'Declined: it is back with its author.',
  opinionKept: 'Your opinion is recorded. Nothing was sent.',
  asked: 'Asked. They do not see what you think.',
  escalated: 'Passed to the supervisors.',
  given: 'Given to your colleague.',
  putBack: 'It is back in the queue.',
  ranOut: 'Nobody was here for a while: it is back in the queue.',
  handedBack: 'The assistant speaks again.',
  stillReading: 'The checks are still reading this text: wait a moment.',
  tooLate: 'What you said while the connection was lost came too late and was not sent.',
  unsure: 'What you did while the connection was lost came too late. Look whether it was done.',
  kept: 'What you wrote is in its box.',
  newer: 'The server is newer than this page: reload it when you can, so that you miss nothing.',
  stillIn: 'You may still be signed in: reload, then sign out again.',
  answersOnly: 'A model rewrites answers only: edit tool calls and forms yourself.',
  unreachable: 'The server cannot be reached: write it yourself.',
  tooMany: (seconds: number) =>
    `That was a lot at once: ask again in ${seconds} s, or write it yourself.`,
  halfLoaded: 'Keys and sounds cannot be loaded: the page answers clicks only. Reload it.',
  noReplies: 'The prepared replies cannot be read now.',
  unsuited: (what: string) => `This hold is for people with: ${what}. You are not among them.`,
  space: (what: string) => `To ${what.toLowerCase()} press the space bar on this button.`,
  spaceOrKey: (what: string, key: string) =>
    `To ${what.toLowerCase()} press ${key}, or the space bar on this button.`,
};
