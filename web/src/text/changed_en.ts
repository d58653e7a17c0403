/** English: what changed while somebody decided. */

export const en = {
  title: 'Not sent: this has changed since you looked',
  text: 'The held text has changed.',
  proposed: 'What would be sent',
  draft: {
    streaming: 'The answer is being written again.',
    whole: 'The answer is complete now.',
    interrupted: 'The answer broke off.',
  },
  found: (what: string) => `New reason: ${what}.`,
  weighed: (what: string) => `Judged anew: ${what}.`,
  gone: (what: string) => `Not a reason any more: ${what}.`,
  rule: (what: string) => `One more rule holds it: ${what}.`,
  judged: (checks: string) => `Judged by now: ${checks}.`,
  unjudged: (checks: string) => `Not judged yet by: ${checks}.`,
  requeued: 'Its time ran out: it is back in the queue, and has new time.',
  customerLeft: 'The customer left.',
  claimEnded: 'It is not yours any more.',
  claimed: (name: string) => `${name} has claimed it.`,
  wrote: (name: string) => `${name} wrote a note.`,
  thinks: (name: string, would: string) => `${name} ${would}.`,
  decided: (done: string) => `${done}.`,
  went: 'The conversation went on.',
  beside: 'Something beside the answer has changed: look it through once more.',
  nothing: 'Nothing you can read has changed. Press the key again.',
  close: 'Seen',
};
