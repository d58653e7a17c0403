import { useSignal } from '@preact/signals';
import type { AgentView, WallView } from '../shared/protocol.gen.ts';
import { duration, number } from '../text/numbers.ts';
import { onWall } from '../text/wall.ts';
import { Call } from './call.tsx';
import type { Figures } from './figures.ts';
import { Give } from './give.tsx';

export function Agents({ figures, view }: { figures: Figures; view: WallView }) {
  const { wall } = onWall.value;
  const called = useSignal<AgentView | null>(null);
  const giving = useSignal<AgentView | null>(null);
  return (
    <section class='panel agents' aria-labelledby='agents'>
      <h2 id='agents'>{wall.agents}</h2>
      {view.agents.length === 0
        ? <p class='quiet'>{wall.nobody}</p>
        : (
          <div class='scroll' tabIndex={0} role='group' aria-labelledby='agents'>
            <table class='rows'>
              <thead>
                <tr>
                  <th scope='col'>{wall.name}</th>
                  <th scope='col'>{wall.state}</th>
                  <th scope='col'>{wall.load}</th>
                  <th scope='col' class='figure'>{wall.decided}</th>
                  <th scope='col' class='figure'>{wall.within}</th>
                  {figures.directs.value && <td />}
                </tr>
              </thead>
              <tbody>
                {view.agents.map((one) => (
                  <tr key={one.id} class={one.away ? 'away' : ''}>
                    <th scope='row'>
                      {one.name} {one.supervisor && <span class='chip'>{wall.supervisor}</span>}
                    </th>
                    <td>{wall.states[state(one)]}</td>
                    <td>
                      {wall.inHand(one.holds, one.conversations)}
                      {one.capacity > 0 && (
                        <span class='quiet of'>
                          {wall.of(one.holds + one.conversations, one.capacity)}
                        </span>
                      )}
                    </td>
                    <td class='figure' data-name={wall.decided}>{number(one.pace.decisions)}</td>
                    <td class='figure' data-name={wall.within}>
                      {one.pace.half === null ? '–' : duration(one.pace.half)}
                    </td>
                    {figures.directs.value && (
                      <td>
                        <div class='buttons'>
                          <button type='button' class='button' onClick={() => (called.value = one)}>
                            {wall.call} <span class='unseen'>{one.name}</span>
                          </button>
                          {one.holds + one.conversations > 0 && (
                            <button
                              type='button'
                              class='button'
                              onClick={() => (giving.value = one)}
                            >
                              {wall.give} <span class='unseen'>{one.name}</span>
                            </button>
                          )}
                        </div>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      {called.value && (
        <Call figures={figures} whom={called.value} onClose={() => (called.value = null)} />
      )}
      {giving.value && (
        <Give
          figures={figures}
          from={giving.value}
          others={view.agents.filter((one) => one.id !== giving.value?.id)}
          onClose={() => (giving.value = null)}
        />
      )}
    </section>
  );
}

function state(one: AgentView): 'away' | 'speaking' | 'busy' | 'free' {
  if (one.away) return 'away';
  if (one.conversations > 0) return 'speaking';
  return one.holds > 0 ? 'busy' : 'free';
}
