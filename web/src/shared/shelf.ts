/** Where a page keeps what outlives it: a tab's own place, or the browser's. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** A place that may be full, or closed to us: what it refuses is kept as long as this page. */
export function patient(place: () => Shelf): Shelf {
  const refused = new Map<string, string>();
  return {
    getItem: (key) => {
      try {
        return refused.get(key) ?? place().getItem(key);
      } catch { // closed
        return null;
      }
    },
    setItem: (key, value) => {
      try {
        place().setItem(key, value);
        refused.delete(key);
      } catch { // full, or closed
        refused.set(key, value);
      }
    },
  };
}

/** What was kept there; null if that is nothing that we wrote. */
export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text || 'null');
  } catch {
    return null;
  }
}
