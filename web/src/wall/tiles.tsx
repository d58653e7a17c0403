import type { ComponentChildren } from 'preact';
import type { WallView } from '../shared/protocol.gen.ts';
import { duration, number, percent } from '../text/numbers.ts';
import { onWall } from '../text/wall.ts';
import { Bar } from './chart.tsx';

export function Tiles({ view }: { view: WallView }) {
  const { wall } = onWall.value;
  const { depth } = view;
  const waiting = depth.hurried + depth.usual + depth.left;
  return (
    <section class='tiles' aria-label={wall.figures}>
      <h2>{wall.now}</h2>
      <Tile name={wall.waiting} value={number(waiting)} kind={depth.hurried ? 'urgent' : ''} wide>
        <Bar
          parts={[
            { name: wall.bands.hurried, kind: 'hurried', count: depth.hurried },
            { name: wall.bands.usual, kind: 'usual', count: depth.usual },
            { name: wall.bands.left, kind: 'left', count: depth.left },
          ]}
        />
        <p>{waiting > 0 ? wall.claimed(depth.claimed) : wall.nothingWaits}</p>
      </Tile>
      <Tile
        name={wall.oldest}
        value={depth.oldest === null ? '–' : duration(view.at - depth.oldest)}
        wide
      />
      <h2>{wall.hour}</h2>
      <Pace view={view} />
      <Ends view={view} />
      <Tile name={wall.left} value={number(view.left)} wide />
      <Cost view={view} />
    </section>
  );
}

function Pace({ view: { pace } }: { view: WallView }) {
  const { wall } = onWall.value;
  return (
    <Tile name={wall.pace} value={pace.half === null ? '–' : duration(pace.half)} wide>
      {pace.most === null ? <p>{wall.noDecisions}</p> : (
        <>
          <p>{wall.half}</p>
          <p>
            <b>{duration(pace.most)}</b> {wall.most}
          </p>
          <p>{wall.decisions(pace.decisions)}</p>
        </>
      )}
    </Tile>
  );
}

function Ends({ view }: { view: WallView }) {
  const { wall } = onWall.value;
  const ended = view.decided + view.breached;
  return (
    <>
      <Tile
        name={wall.inTime}
        value={ended ? percent(view.decided / ended) : '–'}
        kind={view.breached ? 'urgent' : ''}
      >
        <p>{wall.breached(view.breached)}</p>
      </Tile>
      <Tile name={wall.released} value={number(view.released)}>
        <p>{wall.other(view.other)}</p>
      </Tile>
    </>
  );
}

function Cost({ view: { cost, answers } }: { view: WallView }) {
  const { wall } = onWall.value;
  return (
    <Tile name={wall.cost} value={number(cost.calls)} wide>
      <p>{wall.tokens(number(cost.tokens))}</p>
      <p>{wall.looked(number(cost.answers), number(answers))}</p>
    </Tile>
  );
}

function Tile({ name, value, kind = '', wide = false, children }: {
  name: string;
  value: string;
  kind?: string;
  wide?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <div class={`tile ${kind} ${wide ? 'wide' : ''}`}>
      <h3>{name}</h3>
      <p class='value'>{value}</p>
      {children}
    </div>
  );
}
