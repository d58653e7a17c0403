import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { Dialog } from '../shared/frame.tsx';
import { onPeople } from '../text/people.ts';
import { say } from '../text/say.ts';
import { attempt, type Model, type Person, roleName, written } from './model.ts';

/** What a dialog asks about. */
export type Ask =
  | { readonly about: 'invite'; readonly who: null }
  | { readonly about: 'edit' | 'reset' | 'shutOut'; readonly who: Person };

export function Asking({ model, asked }: { model: Model; asked: Signal<Ask | null> }) {
  const ask = asked.value;
  return ask && (
    <Question
      key={ask.about}
      model={model}
      ask={ask}
      done={() => (asked.value = null)}
    />
  );
}

function Question({ model, ask, done }: { model: Model; ask: Ask; done: () => void }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const form = new FormData(event.target as HTMLFormElement);
    const why = await attempt(() => perform(model, ask, form));
    setBusy(false);
    if (why) setProblem(why);
    else done();
  };
  return (
    <Dialog title={title(ask)} onClose={done}>
      <form class='fields' onSubmit={send}>
        {problem && <p class='problem' role='alert'>{problem}</p>}
        {ask.about === 'invite' || ask.about === 'edit'
          ? <Fields model={model} who={ask.who} />
          : <p>{onPeople.value.warnings[ask.about]}</p>}
        <div class='ends'>
          <button type='button' class='button' onClick={done}>{say.value.app.cancel}</button>
          <button type='submit' class={`button ${ask.about === 'shutOut' ? 'bad' : 'main'}`}>
            {onPeople.value.ends[ask.about]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Fields({ model, who }: { model: Model; who: Person | null }) {
  const now = written(who);
  const texts = onPeople.value;
  const roles = model.everybody.value?.roles ?? [];
  const itself = who?.id === model.me.value?.person;
  return (
    <>
      {!who && (
        <label>
          {texts.name} <input name='name' required maxLength={100} autocomplete='off' />
        </label>
      )}
      {model.may('people') && !itself && (
        <label>
          {texts.role}
          <select name='role'>
            {roles.map((role) => (
              <option key={role} value={role} selected={role === now.role}>{roleName(role)}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        {texts.skillsHow}
        <input name='skills' defaultValue={now.skills} placeholder={texts.skillsSuch} />
      </label>
      <label>
        {texts.languagesHow}
        <input name='languages' defaultValue={now.languages} placeholder='de, pt-br' />
      </label>
      <label>
        {texts.capacity}
        <input
          name='capacity'
          type='number'
          min='1'
          max='100'
          defaultValue={now.capacity}
          placeholder={String(model.everybody.value?.usual ?? '')}
        />
      </label>
    </>
  );
}

async function perform(model: Model, ask: Ask, form: FormData): Promise<void> {
  const said = (name: string, otherwise = '') => String(form.get(name) ?? otherwise);
  const typed = {
    name: said('name'),
    role: said('role', ask.who?.role ?? 'agent'),
    skills: said('skills'),
    languages: said('languages'),
    capacity: said('capacity'),
  };
  switch (ask.about) {
    case 'invite':
      return await model.invite(typed);
    case 'edit':
      return await model.change(ask.who, typed);
    case 'reset':
      return await model.reset(ask.who);
    case 'shutOut':
      return await model.shutOut(ask.who);
  }
}

function title({ about, who }: Ask): string {
  return onPeople.value.titles[about](who?.name ?? '');
}
