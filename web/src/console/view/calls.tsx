import { useSignal } from '@preact/signals';
import { onCalls } from '../../text/calls.ts';
import { bell } from '../bell.ts';
import type { Desk } from '../desk.ts';
import { type Occasion, OCCASIONS } from '../wishes.ts';

/** How this person wants to be called. */
export function Calls({ desk }: { desk: Desk }) {
  const calls = onCalls.value;
  return (
    <div class='call-choices'>
      <table>
        <thead>
          <tr>
            <th scope='col'>{calls.when}</th>
            <th scope='col'>{calls.sound}</th>
            <th scope='col'>{calls.notice}</th>
          </tr>
        </thead>
        <tbody>{OCCASIONS.map((one) => <Row key={one} desk={desk} occasion={one} />)}</tbody>
      </table>
      <Permission />
      <Quiet desk={desk} />
      <p class='quiet'>{calls.oneTab}</p>
      <button type='button' class='button' onClick={attempt}>{calls.try}</button>
    </div>
  );
}

function Row({ desk, occasion }: { desk: Desk; occasion: Occasion }) {
  const calls = onCalls.value;
  const wish = desk.wishes.kept.value.of[occasion];
  const box = (kind: 'sound' | 'notice') => (
    <td>
      <input
        type='checkbox'
        aria-label={`${calls.of[occasion]}: ${calls[kind]}`}
        checked={wish[kind]}
        onChange={({ currentTarget }) =>
          desk.wishes.want(occasion, { [kind]: currentTarget.checked })}
      />
    </td>
  );
  return (
    <tr>
      <th scope='row'>
        {calls.of[occasion]}
        <small>{calls.about[occasion]}</small>
      </th>
      {box('sound')}
      {box('notice')}
    </tr>
  );
}

/** Asked by a click, never by the page itself. */
function Permission() {
  const calls = onCalls.value;
  const stands = useSignal(bell.permission());
  const ask = async () => (stands.value = await bell.ask());
  return (
    <div role='status'>
      {stands.value === 'default'
        ? <button type='button' class='button main' onClick={ask}>{calls.allow}</button>
        : stands.value === 'granted'
        ? <p class='quiet'>{calls.allowed}</p>
        : <p>{calls[stands.value]}</p>}
    </div>
  );
}

function Quiet({ desk }: { desk: Desk }) {
  const calls = onCalls.value;
  const { from, to } = desk.wishes.kept.value;
  return (
    <fieldset>
      <legend>{calls.quiet}</legend>
      <label>
        {calls.from}{' '}
        <input
          type='time'
          value={from}
          onChange={({ currentTarget }) => desk.wishes.keep({ from: currentTarget.value })}
        />
      </label>
      <label>
        {calls.to}{' '}
        <input
          type='time'
          value={to}
          onChange={({ currentTarget }) => desk.wishes.keep({ to: currentTarget.value })}
        />
      </label>
      {(from || to) && (
        <button
          type='button'
          class='button plain'
          onClick={() => desk.wishes.keep({ from: '', to: '' })}
        >
          {calls.none}
        </button>
      )}
    </fieldset>
  );
}

function attempt(): void {
  const calls = onCalls.value;
  bell.wake();
  bell.ring('high');
  bell.show('try', calls.title, calls.tried, () => {});
}
