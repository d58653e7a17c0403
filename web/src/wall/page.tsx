import type { ComponentChildren } from 'preact';
import { clock } from '../text/numbers.ts';
import { say } from '../text/say.ts';
import { onWall } from '../text/wall.ts';
import { Agents } from './agents.tsx';
import type { Figures } from './figures.ts';
import { Rates } from './rates.tsx';
import { Stop } from './stop.tsx';
import { Tell } from './tell.tsx';
import { Thresholds } from './thresholds.tsx';
import { Tiles } from './tiles.tsx';

export function Page({ figures }: { figures: Figures }) {
  const standing = figures.standing.value;
  const { wall } = onWall.value;
  const { app } = say.value;
  if (standing === 'signed_out') {
    return (
      <Door title={app.signedOut} why={app.signedOutHow}>
        <a class='button main' href='/sign-in'>{app.signIn}</a>
      </Door>
    );
  }
  if (standing === 'not_allowed') {
    return (
      <Door title={wall.notAllowed} why={wall.notAllowedWhy}>
        <a class='button main' href='/console/'>{say.value.header.console}</a>
      </Door>
    );
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
  const { header } = say.value;
  const standing = figures.standing.value;
  const view = figures.view.value;
  return (
    <header class='top'>
      <h1>hitl-chat</h1>
      <nav aria-label={wall.pages}>
        <a class='button plain' href='/console/'>{header.console}</a>
        <a class='button plain' href='/console/people'>{header.people}</a>
        <span aria-current='page'>{wall.title}</span>
      </nav>
      <p class={`standing ${standing}`} role='status'>
        {standing === 'lost' ? wall.lost : header.standing[standing]}
      </p>
      {view && <p class='quiet'>{wall.asOf(clock(view.at))}</p>}
      <p>{figures.me.value?.name}</p>
    </header>
  );
}

function Door({ title, why, children }: {
  title: string;
  why: string;
  children: ComponentChildren;
}) {
  return (
    <main class='door'>
      <h1>{title}</h1>
      <p>{why}</p>
      {children}
    </main>
  );
}

function Notice({ figures }: { figures: Figures }) {
  const notice = figures.notice.value;
  return (
    <div class='notice' role='status'>
      {notice && (
        <p class={notice.problem ? 'problem' : ''}>
          {notice.text}
          <button
            type='button'
            class='button plain'
            onClick={() => (figures.notice.value = null)}
          >
            <span aria-hidden='true'>✕</span>
            <span class='unseen'>{say.value.app.close}</span>
          </button>
        </p>
      )}
    </div>
  );
}
