import type { Signal } from '@preact/signals';
import type { Ask } from './asking.tsx';
import type { Everybody, Model, Person } from './model.ts';

const STATES: Record<Person['state'], string> = {
  online: 'Online',
  away: 'Away',
  offline: 'Offline',
  shut_out: 'Shut out',
};

export function Everyone(
  { model, everybody, ask }: { model: Model; everybody: Everybody; ask: Signal<Ask | null> },
) {
  const changes = model.may('staff') || model.may('people');
  return (
    <section aria-labelledby='everyone'>
      <div class='title'>
        <h2 id='everyone'>Everybody</h2>
        {model.may('people') && (
          <button
            type='button'
            class='button main'
            onClick={() => (ask.value = { about: 'invite', who: null })}
          >
            Invite
          </button>
        )}
      </div>
      <div class='wide' role='region' aria-label='Table of everybody' tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope='col'>Name</th>
              <th scope='col'>State</th>
              <th scope='col'>In hand</th>
              <th scope='col'>Role</th>
              <th scope='col'>Skills</th>
              <th scope='col'>Languages</th>
              {changes && <th scope='col'>Change</th>}
            </tr>
          </thead>
          <tbody>
            {everybody.people.map((who) => (
              <tr key={who.id} class={who.state}>
                <th scope='row'>
                  <bdi>{who.name}</bdi>
                  {who.id === model.me.value?.person && <span class='quiet'>(you)</span>}
                </th>
                <td>
                  <span class={`dot ${who.state}`} aria-hidden='true' />
                  {STATES[who.state]}
                </td>
                <td>{who.load} of {who.capacity || everybody.usual}</td>
                <td>{who.role}</td>
                <td>{who.skills.join(', ') || '–'}</td>
                <td>{who.languages.join(', ') || '–'}</td>
                {changes && (
                  <td>
                    <Changes model={model} who={who} ask={ask} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Changes(
  { model, who, ask }: { model: Model; who: Person; ask: Signal<Ask | null> },
) {
  if (who.state === 'shut_out') return null;
  const itself = who.id === model.me.value?.person;
  return (
    <div class='changes'>
      {model.may('staff') && (
        <Button name='Edit' who={who} onClick={() => (ask.value = { about: 'edit', who })} />
      )}
      {model.may('people') && !itself && (
        <>
          <Button name='Reset' who={who} onClick={() => (ask.value = { about: 'reset', who })} />
          <Button
            name='Shut out'
            who={who}
            onClick={() => (ask.value = { about: 'shut out', who })}
          />
        </>
      )}
    </div>
  );
}

function Button({ name, who, onClick }: { name: string; who: Person; onClick: () => void }) {
  return (
    <button type='button' class={`button ${name === 'Shut out' ? 'bad' : ''}`} onClick={onClick}>
      {name}
      <span class='unseen'>{who.name}</span>
    </button>
  );
}
