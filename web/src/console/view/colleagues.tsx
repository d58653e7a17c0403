import { useLayoutEffect, useRef } from 'preact/hooks';
import { onSheets } from '../../text/sheets.ts';
import type { Desk } from '../desk.ts';

/** Who is online, one key each. */
export function Colleagues(
  { desk, run, anyone = false }: {
    desk: Desk;
    run: (desk: Desk, to: string) => void;
    anyone?: boolean;
  },
) {
  const texts = onSheets.value;
  const { me, people } = desk.state.value;
  const list = useRef<HTMLDivElement>(null);
  const others = people.filter((one) => one.id !== me?.id).slice(0, 9);
  const choices = [
    ...others.map((one, at) => ({ ...one, key: `${at + 1}` })),
    ...(anyone && others.length > 0
      ? [{ id: '', name: texts.whoever, away: false, supervisor: false, key: '0' }]
      : []),
  ];
  const choose = (to: string) => {
    desk.show(null);
    run(desk, to);
  };
  useLayoutEffect(() => list.current?.focus(), []);
  if (choices.length === 0) return <p>{texts.nobodyElse}</p>;
  return (
    <div
      ref={list}
      class='colleagues'
      tabIndex={-1}
      onKeyDown={(event) => {
        const found = choices.find((one) => one.key === event.key);
        if (!found) return;
        event.preventDefault();
        choose(found.id);
      }}
    >
      <ul>
        {choices.map(({ id, name, away, supervisor, key }) => (
          <li key={id}>
            <button type='button' class='button' onClick={() => choose(id)}>
              <kbd aria-hidden='true'>{key}</kbd> {name}
              {supervisor && <span class='quiet'>{texts.supervisor}</span>}
              {away && <span class='quiet'>{texts.away}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
