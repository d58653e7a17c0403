import { useState } from 'preact/hooks';
import { moment } from '../text/numbers.ts';
import { onPeople } from '../text/people.ts';
import { attempt, browser, type Me, type Model } from './model.ts';

export function Account({ model, me }: { model: Model; me: Me }) {
  return (
    <section aria-labelledby='you'>
      <h2 id='you'>{onPeople.value.yourself}</h2>
      <div class='columns'>
        <Sessions model={model} />
        {me.has_password
          ? <Password model={model} me={me} />
          : <p class='quiet'>{onPeople.value.noPassword}</p>}
      </div>
    </section>
  );
}

function Sessions({ model }: { model: Model }) {
  const sessions = model.sessions.value;
  const texts = onPeople.value;
  const [problem, setProblem] = useState('');
  const end = async (which: 'others' | 'all') =>
    setProblem(await attempt(() => model.endSessions(which)));
  return (
    <div>
      <h3>{texts.sessions}</h3>
      {problem && <p class='problem' role='alert'>{problem}</p>}
      <ul class='sessions'>
        {sessions.map((one) => (
          <li key={one.since}>
            <b>{browser(one.about)}</b>
            {one.here && ` ${texts.here}`}
            <span class='quiet'>
              {texts.since(moment(one.since), moment(one.seen))}
            </span>
          </li>
        ))}
      </ul>
      <div class='changes'>
        {sessions.length > 1 && (
          <button type='button' class='button' onClick={() => end('others')}>
            {texts.endOthers}
          </button>
        )}
        <button type='button' class='button' onClick={() => end('all')}>
          {texts.endAll}
        </button>
      </div>
    </div>
  );
}

function Password({ model, me }: { model: Model; me: Me }) {
  const texts = onPeople.value;
  const [problem, setProblem] = useState('');
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const [old, fresh, again] = ['old', 'new', 'again'].map((name) =>
      String(new FormData(form).get(name) ?? '')
    ) as [string, string, string];
    if (fresh !== again) return setProblem(texts.differ);
    const why = await attempt(() => model.changePassword(old, fresh));
    setProblem(why);
    if (!why) form.reset();
  };
  return (
    <form class='fields' onSubmit={send}>
      <h3>{texts.password}</h3>
      {problem && <p class='problem' role='alert'>{problem}</p>}
      <input type='hidden' autocomplete='username' value={me.name} />
      <Secret label={texts.old} name='old' autocomplete='current-password' />
      <Secret label={texts.fresh} name='new' autocomplete='new-password' />
      <Secret label={texts.again} name='again' autocomplete='new-password' />
      <button type='submit' class='button'>{texts.changePassword}</button>
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
