import type { Signal } from '@preact/signals';
import type { Ask } from './asking.tsx';
import { number } from '../text/numbers.ts';
import { onPeople } from '../text/people.ts';
import { type Everybody, type Model, type Person, roleName } from './model.ts';

export function Everyone(
  { model, everybody, ask }: { model: Model; everybody: Everybody; ask: Signal<Ask | null> },
) {
  const texts = onPeople.value;
  const changes = model.may('staff') || model.may('people');
  return (
    <section aria-labelledby='everyone'>
      <div class='title'>
        <h2 id='everyone'>{texts.everybody}</h2>
        {model.may('people') && (
          <button
            type='button'
            class='button main'
            onClick={() => (ask.value = { about: 'invite', who: null })}
          >
            {texts.invite}
          </button>
        )}
      </div>
      <div class='wide' role='region' aria-label={texts.table} tabIndex={0}>
        <table class='rows'>
          <thead>
            <tr>
              <th scope='col'>{texts.name}</th>
              <th scope='col'>{texts.state}</th>
              <th scope='col'>{texts.load}</th>
              <th scope='col'>{texts.role}</th>
              <th scope='col'>{texts.skills}</th>
              <th scope='col'>{texts.languages}</th>
              {changes && <th scope='col'>{texts.change}</th>}
            </tr>
          </thead>
          <tbody>
            {everybody.people.map((who) => (
              <tr key={who.id} class={who.state}>
                <th scope='row'>
                  <bdi>{who.name}</bdi>
                  {who.id === model.me.value?.person && <span class='quiet'>{texts.you}</span>}
                </th>
                <td>
                  <span class={`dot ${who.state}`} aria-hidden='true' />
                  {texts.states[who.state]}
                </td>
                <td data-name={texts.load}>
                  {texts.of(number(who.load), number(who.capacity || everybody.usual))}
                </td>
                <td>{roleName(who.role)}</td>
                <td data-name={texts.skills}>{who.skills.join(', ') || '–'}</td>
                <td data-name={texts.languages}>{who.languages.join(', ') || '–'}</td>
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
  const texts = onPeople.value;
  const itself = who.id === model.me.value?.person;
  return (
    <div class='changes'>
      {model.may('staff') && (
        <Button name={texts.edit} who={who} onClick={() => (ask.value = { about: 'edit', who })} />
      )}
      {model.may('people') && !itself && (
        <>
          <Button
            name={texts.reset}
            who={who}
            onClick={() => (ask.value = { about: 'reset', who })}
          />
          <Button
            name={texts.shutOut}
            bad
            who={who}
            onClick={() => (ask.value = { about: 'shutOut', who })}
          />
        </>
      )}
    </div>
  );
}

function Button({ name, bad = false, who, onClick }: {
  name: string;
  bad?: boolean;
  who: Person;
  onClick: () => void;
}) {
  return (
    <button type='button' class={`button ${bad ? 'bad' : ''}`} onClick={onClick}>
      {name}
      <span class='unseen'>{who.name}</span>
    </button>
  );
}
