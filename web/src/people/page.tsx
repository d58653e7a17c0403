import { signal } from '@preact/signals';
import { onPeople } from '../text/people.ts';
import { say } from '../text/say.ts';
import { Account } from './account.tsx';
import { type Ask, Asking } from './asking.tsx';
import { Everyone } from './everyone.tsx';
import { type Model, roleName } from './model.ts';

const asked = signal<Ask | null>(null);

export function Page({ model }: { model: Model }) {
  const texts = onPeople.value;
  if (model.signedOut.value) return <SignedOut />;
  if (!model.me.value) return <main class='sheet'>{model.said.value || texts.loading}</main>;
  return (
    <>
      <header class='head'>
        <h1>{texts.title}</h1>
        <nav aria-label={texts.pages}>
          <a href='/console/'>{say.value.header.console}</a>
        </nav>
        <p>{texts.as(model.me.value.name, roleName(model.me.value.role))}</p>
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
  const texts = onPeople.value;
  if (!link) return null;
  const address = new URL(link.link, location.href).href;
  return (
    <section class='handed' aria-label={texts.link}>
      <p>
        {texts.giveBefore} <b>{link.name}</b> {texts.giveAfter}
      </p>
      <output>{address}</output>
      <button
        type='button'
        class='button'
        onClick={async () => {
          await navigator.clipboard.writeText(address);
          model.said.value = onPeople.value.copied;
        }}
      >
        {texts.copy}
      </button>
      <button type='button' class='button plain' onClick={() => (model.link.value = null)}>
        {texts.done}
      </button>
    </section>
  );
}

function SignedOut() {
  const { app } = say.value;
  return (
    <main class='door'>
      <h1>{app.signedOut}</h1>
      <p>
        <a class='button main' href='/sign-in'>{app.signIn}</a>
      </p>
    </main>
  );
}
