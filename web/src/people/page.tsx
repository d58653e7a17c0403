import { signal } from '@preact/signals';
import { Account } from './account.tsx';
import { type Ask, Asking } from './asking.tsx';
import { Everyone } from './everyone.tsx';
import type { Model } from './model.ts';

const asked = signal<Ask | null>(null);

export function Page({ model }: { model: Model }) {
  if (model.signedOut.value) return <SignedOut />;
  if (!model.me.value) return <main class='sheet'>{model.said.value || 'One moment…'}</main>;
  return (
    <>
      <header class='head'>
        <h1>People</h1>
        <nav aria-label='Pages'>
          <a href='/console/'>Console</a>
        </nav>
        <p>{model.me.value.name}, {model.me.value.role}</p>
      </header>
      <main class='sheet'>
        <p role='status' class='said'>{model.said.value}</p>
        <Handed model={model} />
        {model.everybody.value && (
          <Everyone model={model} everybody={model.everybody.value} ask={asked} />
        )}
        <Account model={model} me={model.me.value} />
      </main>
      <Asking model={model} asked={asked} />
    </>
  );
}

/** A link is a secret: it is shown once, and lets in whoever opens it. */
function Handed({ model }: { model: Model }) {
  const link = model.link.value;
  if (!link) return null;
  const address = new URL(link.link, location.href).href;
  return (
    <section class='handed' aria-label='A link to hand over'>
      <p>
        Give <b>{link.name}</b>{' '}
        this link. It works once, for a day; there they sign in and choose a password.
      </p>
      <output>{address}</output>
      <button
        type='button'
        class='button'
        onClick={async () => {
          await navigator.clipboard.writeText(address);
          model.said.value = 'Copied.';
        }}
      >
        Copy
      </button>
      <button type='button' class='button plain' onClick={() => (model.link.value = null)}>
        Done
      </button>
    </section>
  );
}

function SignedOut() {
  return (
    <main class='door'>
      <h1>You are signed out</h1>
      <p>
        <a class='button main' href='/sign-in'>Sign in</a>
      </p>
    </main>
  );
}
