import { Head, Shut, Stands } from '../shared/frame.tsx';
import { clock } from '../text/numbers.ts';
import { onWall } from '../text/wall.ts';
import { Agents } from './agents.tsx';
import type { Figures } from './figures.ts';
import { Notice } from './notice.tsx';
import { Rates } from './rates.tsx';
import { Stop } from './stop.tsx';
import { Tell } from './tell.tsx';
import { Thresholds } from './thresholds.tsx';
import { Tiles } from './tiles.tsx';

export function Page({ figures }: { figures: Figures }) {
  const standing = figures.standing.value;
  const { wall } = onWall.value;
  if (standing === 'signed_out' || standing === 'not_allowed') {
    return <Shut standing={standing} title={wall.notAllowed} why={wall.notAllowedWhy} />;
  }
  const view = figures.view.value;
  return (
    <>
      <Top figures={figures} />
      {view
        ? (
          <main class='wall'>
            <Notice figures={figures} />
            <Tiles view={view} />
            <div class='column'>
              <Agents figures={figures} view={view} />
              <Rates view={view} />
              <Thresholds figures={figures} />
            </div>
            <div class='column'>
              <Stop figures={figures} mode={view.stop} />
              {figures.directs.value && <Tell figures={figures} />}
            </div>
          </main>
        )
        : (
          <main class='wall' aria-busy='true'>
            <p>{standing === 'lost' ? wall.lost : wall.loading}</p>
          </main>
        )}
    </>
  );
}

function Top({ figures }: { figures: Figures }) {
  const { wall } = onWall.value;
  const view = figures.view.value;
  return (
    <Head here='wall' may={figures.me.value?.may ?? []}>
      <Stands standing={figures.standing.value} lost={wall.lost} />
      {view && <p class='quiet'>{wall.asOf(clock(view.at))}</p>}
      <p>{figures.me.value?.name}</p>
    </Head>
  );
}
