/** English: what became of a hold. */

export const outcome = {
  you: {
    approve: 'You approved',
    edit: 'You edited',
    reject: 'You rejected',
    take_over: 'You took over',
  },
  they: {
    approve: (name: string) => `${name} approved`,
    edit: (name: string) => `${name} edited`,
    reject: (name: string) => `${name} rejected`,
    take_over: (name: string) => `${name} took over`,
  },
  first: (deed: string) => `${deed} this hold first`,
  cancelled: 'Cancelled: nobody waits for this answer any more',
  system: {
    deadline: 'Time ran out',
    no_agent: 'Nobody was there',
    customer_left: 'The customer left',
    stop_switch: 'The stop switch was on',
  },
  sent: {
    release: 'the answer was released',
    fallback_text: 'the safe answer went out',
    block: 'the answer was blocked',
  },
  yourself: 'you',
  corrected: 'what was sent is withdrawn',
  instructed: (name: string) => `model, instructed by ${name}`,
  rewritten: 'rewritten with the model',
  canned: 'prepared words',
  confirmed: (name: string) => `confirmed by ${name}`,
  delivered: 'the customer has it',
  delivering: 'on its way to the customer',
  undelivered: 'not delivered yet: the customer is not connected',
};
