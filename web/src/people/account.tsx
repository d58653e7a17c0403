import { useState } from 'preact/hooks';
import { browser, type Me, type Model, Refused } from './model.ts';

const TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export function Account({ model, me }: { model: Model; me: Me }) {
  return (
    <section aria-labelledby='you'>
      <h2 id='you'>You</h2>
      <div class='columns'>
        <Sessions model={model} />
        {me.has_password ? <Password model={model} me={me} /> : (
          <p class='quiet'>
            You have no password. The next link that you are given lets you choose one.
          </p>
        )}
      </div>
    </section>
  );
}

function Sessions({ model }: { model: Model }) {
  const sessions = model.sessions.value;
  return (
    <div>
      <h3>Where you are signed in</h3>
      <ul class='sessions'>
        {sessions.map((one) => (
          <li key={one.since}>
            <b>{browser(one.about)}</b>
            {one.here && ' (here)'}
            <span class='quiet'>
              since {TIME.format(one.since * 1000)}, last used {TIME.format(one.seen * 1000)}
            </span>
          </li>
        ))}
      </ul>
      <div class='changes'>
        {sessions.length > 1 && (
          <button
            type='button'
            class='button'
            onClick={() => model.endSessions('others')}
          >
            Sign out everywhere else
          </button>
        )}
        <button type='button' class='button' onClick={() => model.endSessions('all')}>
          Sign out everywhere
        </button>
      </div>
    </div>
  );
}

function Password({ model, me }: { model: Model; me: Me }) {
  const [problem, setProblem] = useState('');
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const [old, fresh, again] = ['old', 'new', 'again'].map((name) =>
      String(new FormData(form).get(name) ?? '')
    ) as [string, string, string];
    if (fresh !== again) return setProblem('The two new passwords differ.');
    try {
      await model.changePassword(old, fresh);
      form.reset();
      setProblem('');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <form class='fields' onSubmit={send}>
      <h3>Another password</h3>
      {problem && <p class='problem' role='alert'>{problem}</p>}
      <input type='hidden' autocomplete='username' value={me.name} />
      <Secret label='The old one' name='old' autocomplete='current-password' />
      <Secret label='The new one, 12 characters or more' name='new' autocomplete='new-password' />
      <Secret label='The new one again' name='again' autocomplete='new-password' />
      <button type='submit' class='button'>Change password</button>
    </form>
  );
}

function Secret(
  { label, name, autocomplete }: {
    label: string;
    name: string;
    autocomplete: 'current-password' | 'new-password';
  },
) {
  return (
    <label>
      {label}{' '}
      <input type='password' name={name} required maxLength={200} autocomplete={autocomplete} />
    </label>
  );
}
