/** English: what the review lane says. */

export const en = {
  title: 'Review',
  lists: 'Lists',
  waiting: 'To review',
  decided: 'Decided',
  nothing: 'Nothing to review',
  nothingWhy:
    'What rules only watch, what the audit draws and what customers complain of waits here, without a deadline.',
  noneDecided: 'Nothing was decided yet',
  choose: 'Choose an answer, or press',
  notAllowed: 'The lane is for agents',
  notAllowedWhy: 'You are signed in, and your role does not read answers.',
  erased: 'Its text was erased.',
  causes: {
    audit: 'drawn by the audit',
    'feedback:down': 'the customer was not pleased',
    'feedback:wrong': 'the customer says it is wrong',
    overturned: 'overturned',
  },
  verdicts: {
    fine: 'fine',
    wrong: 'wrong',
    corrected: 'corrected',
    approve: 'approved',
    edit: 'edited',
    reject: 'rejected',
    take_over: 'taken over',
    release: 'released by itself',
    fallback_text: 'nobody in time',
    block: 'blocked',
  },
  question: 'Question',
  answer: 'What the customer read',
  correction: 'Corrected to',
  proposed: (name: string) => `${name} wants to correct it to this; somebody else has to confirm`,
  complaint: 'What the customer says',
  because: 'Why it is here',
  reviewed: (name: string, verdict: string) => `${name} said: ${verdict}`,
  decision: (name: string, action: string) => `Before it left, ${name}: ${action}`,
  fine: 'Fine',
  wrong: 'Wrong',
  correct: 'Correct now',
  text: 'What is right instead',
  textHow: 'The customer sees it in the place of the answer, or with the next one.',
  note: 'Note for colleagues',
  send: 'Send the correction',
  anyway: 'Send it anyway',
  confirm: 'Confirm and send',
  confirmHow:
    'Sent as it is, this confirms your colleague. Changed, somebody else has to confirm it.',
  warned: (rules: string) =>
    `The checks would stop this text, too${
      rules && ` (${rules})`
    }. Change it, or send it once more.`,
  tooMany: (seconds: number) => `That was a lot at once. Try again in ${seconds} s.`,
  unreachable: 'The server cannot be reached. Nothing was sent.',
};
