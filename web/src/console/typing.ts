/** Says that somebody types: again and again while they do, and that they stopped when they pause. */

/** Seconds. Whoever is told forgets it after 15 (state.ts, and the widget). */
const AGAIN = 10;
const PAUSE = 4;

type Later = (seconds: number, what: () => void) => void;

/** To be told of every change of a text: whether something is written there now. */
export function typist(tell: (on: boolean) => void, later: Later): (on: boolean) => void {
  let types = false;
  let spell = 0; // of typing, and within it the latest change: what was planned before means nothing
  let change = 0;
  const say = (on: boolean) => {
    types = on;
    spell++;
    tell(on);
    if (on) repeat(spell);
  };
  const repeat = (mine: number) =>
    later(AGAIN, () => {
      if (mine !== spell) return;
      tell(true);
      repeat(mine);
    });
  return (on) => {
    const mine = ++change;
    if (on) later(PAUSE, () => mine === change && types && say(false));
    if (on !== types) say(on);
  };
}
