import { signal } from '@preact/signals';
import { Head, Shut, Stands } from '../shared/frame.tsx';
import { onPeople } from '../text/people.ts';
import { Account } from './account.tsx';
import { type Ask, Asking } from './asking.tsx';
import { Everyone } from './everyone.tsx';
import { type Model, roleName } from './model.ts';

const asked = signal<Ask | null>(null);

export function Page({ model }: { model: Model }) {
  const texts = onPeople.value;
  if (model.signedOut.value) return <Shut standing='signed_out' title='' why='' />;
  if (!model.me.value) return <main class='sheet'>{model.said.value || texts.loading}</main>;
  return (
    <>
      <Head here='people' may={model.me.value.may}>
        <Stands standing={model.lost.value ? 'lost' : 'live'} />
        <p class='me'>{texts.as(model.me.value.name, roleName(model.me.value.role))}</p>
      </Head>
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
        onClick={async () => (model.said.value = await copy(address))}
      >
        {texts.copy}
      </button>
      <button type='button' class='button plain' onClick={() => (model.link.value = null)}>
        {texts.done}
      </button>
    </section>
  );
}

/** What became of it: pages that did not come over https may not write there. */
async function copy(address: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(address);
    return onPeople.value.copied;
  } catch {
    return onPeople.value.notCopied;
  }
}
