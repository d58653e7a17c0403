/** English: how agents are called. */
export const en = {
  title: 'Sound and notifications',
  when: 'When',
  sound: 'Sound',
  notice: 'Notification',
  of: {
    mine: 'Something is for you',
    hurry: 'Hardly any time left',
    high: 'High impact',
    usual: 'Any other hold',
  },
  about: {
    mine: 'A customer answers you, a colleague asks you, a hold is given to you',
    hurry: 'A hold that nobody has claimed',
    high: 'A hold comes, or a customer waits for a person',
    usual: 'A hold that is none of these',
  },
  quiet: 'Quiet hours',
  from: 'from',
  to: 'to',
  none: 'No quiet hours',
  allow: 'Allow notifications',
  allowed:
    'Notifications come while no tab of the console can be seen. They say no customer’s words.',
  denied: 'This browser blocks notifications of this page. Its settings for this site change that.',
  missing: 'This browser has no notifications for pages.',
  try: 'Try it',
  oneTab: 'Only one of your tabs makes a sound. While you are away it is quiet.',
  tried: 'This is how it looks',
  conversation: 'A conversation',
  many: (count: number) => `${count} things wait for you`,
  notices: {
    mine: 'This is for you.',
    hurry: 'Hardly any time left, and nobody has claimed it.',
    high: 'High impact: somebody has to decide.',
    usual: 'Somebody has to decide.',
  },
};
