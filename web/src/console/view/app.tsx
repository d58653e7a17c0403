import type { Desk } from '../desk.ts';
import { inOrder } from '../order.ts';
import { Card } from './card.tsx';
import { Sheets } from './sheets.tsx';
import { Header } from './header.tsx';
import { Queue } from './queue.tsx';
import { Talk } from './talk.tsx';
import { Toasts } from './toasts.tsx';

export function App({ desk }: { desk: Desk }) {
  const standing = desk.standing.value;
  if (standing === 'signed_out') return <SignedOut />;
  if (standing === 'not_allowed') return <NotAllowed />;
  const looking = desk.looking.value;
  return (
    <div class={`console ${looking ? 'looking' : ''}`}>
      <Header desk={desk} />
      <Queue desk={desk} />
      {!looking && <Nothing desk={desk} />}
      {looking?.at === 'hold' && <Card key={looking.id} desk={desk} id={looking.id} />}
      {looking?.at === 'conv' && <Talk key={looking.id} desk={desk} id={looking.id} />}
      <Toasts desk={desk} />
      <Sheets desk={desk} />
    </div>
  );
}

function Nothing({ desk }: { desk: Desk }) {
  const waiting = inOrder(desk.state.value.holds.values(), desk.now.value).length;
  return (
    <main class='empty'>
      <h2>
        {waiting === 0 ? 'All quiet' : `${waiting} ${waiting === 1 ? 'hold waits' : 'holds wait'}`}
      </h2>
      <p>
        {waiting === 0 ? 'What the rules hold back appears in the queue. You need not reload.' : (
          <>
            Press <kbd>n</kbd> for the most urgent one, or choose from the queue.
          </>
        )}
      </p>
    </main>
  );
}

function SignedOut() {
  return (
    <main class='door'>
      <h1>You are signed out</h1>
      <a class='button main' href='/sign-in'>Sign in</a>
      <p>
        Or ask for a sign-in link: <code>hitl-chat people add NAME --role agent</code>{' '}
        prints it. What you had typed is still here when you come back.
      </p>
    </main>
  );
}

function NotAllowed() {
  return (
    <main class='door'>
      <h1>This console is for agents</h1>
      <p>You are signed in, and your role does not work here. Ask for another role.</p>
      <a class='button' href='/console/people'>People</a>
    </main>
  );
}
