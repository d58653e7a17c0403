import type { Desk } from '../desk.ts';
import { mayDecide } from '../now.ts';
import { say } from '../../text/say.ts';
import { later } from './later.tsx';
import { Header, Stopped } from './header.tsx';
import { Queue } from './queue.tsx';
import { Toasts } from './toasts.tsx';

const STYLES = '/console/later.css';

const Card = later(async () => (await import('./card.tsx')).Card, STYLES);
const Talk = later(async () => (await import('./talk.tsx')).Talk, STYLES);
const Sheets = later(async () => (await import('./sheets.tsx')).Sheets, STYLES);

/** The code of what is opened later, before somebody opens it. */
export async function rest(): Promise<void> {
  await Promise.all([Card, Talk, Sheets].map((view) => view.fetched()));
}

export function App({ desk }: { desk: Desk }) {
  const standing = desk.standing.value;
  if (standing === 'signed_out') return <SignedOut />;
  if (standing === 'not_allowed') return <NotAllowed />;
  if (standing === 'crowded') return <Crowded />;
  const looking = desk.looking.value;
  return (
    <div class={`console ${looking ? 'looking' : ''}`}>
      <Header desk={desk} />
      <Stopped desk={desk} />
      <Queue desk={desk} />
      {!looking && <Nothing desk={desk} />}
      {looking?.at === 'hold' && <Card key={looking.id} desk={desk} id={looking.id} />}
      {looking?.at === 'conv' && <Talk key={looking.id} desk={desk} id={looking.id} />}
      <Toasts desk={desk} />
      {desk.sheet.value && <Sheets desk={desk} />}
    </div>
  );
}

function Nothing({ desk }: { desk: Desk }) {
  const waiting = desk.queue.value.length;
  const { app } = say.value;
  return (
    <main class='empty'>
      <h2>{waiting === 0 ? app.quiet : app.holdsWait(waiting)}</h2>
      <p>
        <How desk={desk} waiting={waiting} />
      </p>
    </main>
  );
}

/** How one comes to the next hold. */
function How({ desk, waiting }: { desk: Desk; waiting: number }) {
  const { app, queue } = say.value;
  const mode = desk.me.value?.mode;
  if (mode === 'push' && mayDecide(desk)) return desk.away.value ? app.comesNot : app.comes;
  if (waiting === 0) return app.quietWhy;
  const chooses = mode !== 'next' || desk.state.value.me?.supervisor;
  return (
    <>
      {app.pressBefore} <kbd>{desk.keys.shown('next') || queue.next}</kbd>{' '}
      {chooses ? app.pressAfter : app.pressOnly}
    </>
  );
}

function SignedOut() {
  const { app } = say.value;
  return (
    <main class='door'>
      <h1>{app.signedOut}</h1>
      <a class='button main' href='/sign-in' target='_top'>{app.signIn}</a>
      <p>
        {app.orLink} <code>hitl-chat people add NAME --role agent</code>
      </p>
      <p>{app.signedOutHow}</p>
    </main>
  );
}

function NotAllowed() {
  const { app, header } = say.value;
  return (
    <main class='door'>
      <h1>{app.notAllowed}</h1>
      <p>{app.notAllowedWhy}</p>
      <a class='button' href='/console/people'>{header.people}</a>
    </main>
  );
}

function Crowded() {
  const { app } = say.value;
  return (
    <main class='door'>
      <h1>{app.crowded}</h1>
      <p>{app.crowdedWhy}</p>
      <button type='button' class='button main' onClick={() => location.reload()}>
        {app.reload}
      </button>
    </main>
  );
}
