/** How a page stands with its server: whether what it shows is true now, and may be shown. */
export type Standing =
  | 'connecting'
  | 'live'
  | 'lost'
  | 'signed_out'
  | 'not_allowed'
  | 'crowded'; // as many consoles are open as one person may have
