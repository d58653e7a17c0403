import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';
import { does } from '../does.ts';
import { type Key, possible } from '../keys.ts';
import { Choosing } from './choosing.tsx';

/** Everything that can be done here and now, found by its words. */
export function Palette({ desk }: { desk: Desk }) {
  const texts = onSheets.value;
  const run = (key: Key, pressed?: KeyboardEvent) => {
    if (pressed && key.decides && !pressed.ctrlKey && !pressed.metaKey) {
      return desk.tell(texts.isSent);
    }
    desk.show(null);
    key.run(desk);
  };
  return (
    <Choosing
      label={texts.search}
      list={texts.toDo}
      items={possible(desk)}
      said={(key) => `${does(key)} ${key.id}`}
      show={(key) => (
        <>
          {does(key)} <kbd>{desk.keys.shown(key.id)}</kbd>
        </>
      )}
      take={run}
      none={texts.nothingLike}
    />
  );
}
