import { clock } from '../text/numbers.ts';
import { say } from '../text/say.ts';
import { Agents } from './agents.tsx';
import type { Figures } from './figures.ts';
import { Rates } from './rates.tsx';
import { Stop } from './stop.tsx';
import { Tell } from './tell.tsx';
import { Thresholds } from './thresholds.tsx';
import { Tiles } from './tiles.tsx';

export function Page({ figures }: { figures: Figures }) {
  const standing = figures.standing.value;
  const { app, wall } = say.value;
  if (standing === 'signed_out') {
    return <Door title={app.signedOut} why={app.signedOutHow} to='/sign-in' go={app.signIn} />;
  }
  if (standing === 'not_allowed') {
    return (
      <Door
        title={wall.notAllowed}
        why={wall.notAllowedWhy}
        to='/console/'
        go={say.value.header.console}
      />
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
            <Agents figures={figures} view={view} />
            <Rates view={view} />
            <Thresholds figures={figures} />
            <div class='side'>
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
  const { header, wall } = say.value;
  const standing = figures.standing.value;
  const view = figures.view.value;
  return (
    <header class='top'>
      <h1>hitl-chat</h1>
      <nav aria-label={wall.pages}>
        <Go to='/console/' name={header.console} />
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

/** A way to another page: a form, so that nothing in these sources holds an address of a link. */
export function Go({ to, name }: { to: string; name: string }) {
  return (
    <form action={to} method='get'>
      <button type='submit' class='button plain'>{name}</button>
    </form>
  );
}

function Door({ title, why, to, go }: { title: string; why: string; to: string; go: string }) {
  return (
    <main class='door'>
      <h1>{title}</h1>
      <p>{why}</p>
      <Go to={to} name={go} />
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
