import type { RateView, WallView } from '../shared/protocol.gen.ts';
import { number, percent } from '../text/numbers.ts';
import { onWall } from '../text/wall.ts';
import { Range } from './chart.tsx';

export function Rates({ view }: { view: WallView }) {
  const { wall } = onWall.value;
  const most = Math.max(
    0.01,
    ...view.rates.flatMap((rate) => [rate.share, rate.usual?.high ?? 0]),
  ) * 1.1;
  return (
    <section class='panel rates' aria-labelledby='rates'>
      <h2 id='rates'>{wall.rates}</h2>
      <p class='quiet'>{wall.hour}</p>
      {view.rates.length === 0
        ? <p class='quiet'>{wall.noRates}</p>
        : (
          <div class='scroll' tabIndex={0} role='group' aria-labelledby='rates'>
            <table class='rows'>
              <thead>
                <tr>
                  <th scope='col'>{wall.rule}</th>
                  <th scope='col' class='figure'>{wall.held}</th>
                  <th scope='col' class='figure'>{wall.rate}</th>
                  <th scope='col'>{wall.usual}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {view.rates.map((rate) => <Row key={rate.rule} rate={rate} most={most} />)}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}

function Row({ rate, most }: { rate: RateView; most: number }) {
  const { wall } = onWall.value;
  const { usual } = rate;
  return (
    <tr>
      <th scope='row'>{rate.rule}</th>
      <td class='figure' data-name={wall.held}>{number(rate.held)}</td>
      <td class='figure' data-name={wall.rate}>{percent(rate.share)}</td>
      <td data-name={wall.usual}>
        {usual ? wall.between(percent(usual.low), percent(usual.high)) : wall.unknown}
        {usual && <Compared rate={rate} />}
      </td>
      <td class='drawing'>
        <Range
          share={rate.share}
          low={usual?.low ?? null}
          high={usual?.high ?? null}
          most={most}
        />
      </td>
    </tr>
  );
}

function Compared({ rate: { share, usual } }: { rate: RateView }) {
  const { wall } = onWall.value;
  if (!usual) return null;
  if (share > usual.high) return <span class='chip warn'>{wall.above}</span>;
  if (share < usual.low) return <span class='chip'>{wall.below}</span>;
  return null;
}
