/** What lies on top of everything until it is closed. */
export type Sheet =
  | 'canned'
  | 'calls'
  | 'steer'
  | 'keys'
  | 'palette'
  | 'escalate'
  | 'pass'
  | 'opinion'
  | 'note';
