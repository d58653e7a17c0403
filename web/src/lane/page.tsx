import { useEffect } from 'preact/hooks';
import { Head, Shut, Stands } from '../shared/frame.tsx';
import { clock } from '../text/numbers.ts';
import { onLane } from '../text/lane.ts';
import { say } from '../text/say.ts';
import { Answer } from './answer.tsx';
import { cause } from './because.tsx';
import { Pieces } from '../shared/words.tsx';
import { Cheats, KeyCap } from './cheats.tsx';
import { pressed } from './keys.ts';
import { type Lane, type List, type Row, verdict } from './model.ts';

export function Page({ lane }: { lane: Lane }) {
  const standing = lane.standing.value;
  const { header } = say.value;
  const texts = onLane.value;
  useEffect(() => {
    const press = (event: KeyboardEvent) => pressed(lane, event);
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [lane]);
  if (standing === 'signed_out' || standing === 'not_allowed') {
    return <Shut standing={standing} title={texts.notAllowed} why={texts.notAllowedWhy} />;
  }
  return (
    <>
      <Head here='lane' may={lane.may.value}>
        <Stands standing={standing} />
        <button type='button' class='button plain' onClick={() => (lane.sheet.value = true)}>
          {header.keys} <KeyCap lane={lane} of='keys' />
        </button>
      </Head>
      <main class='lane'>
        <Lists lane={lane} />
        <Answer lane={lane} />
      </main>
      {lane.sheet.value && <Cheats lane={lane} />}
    </>
  );
}

function Lists({ lane }: { lane: Lane }) {
  const texts = onLane.value;
  const rows = lane.rows.value;
  return (
    <section class='lists' aria-label={texts.lists}>
      <div class='tabs'>
        <Tab
          lane={lane}
          list='waiting'
          name={texts.waiting}
          count={`${lane.waiting.value.length}${lane.more.value ? '+' : ''}`}
        />
        <Tab
          lane={lane}
          list='decided'
          name={texts.decided}
          count={`${lane.decided.value.length}`}
        />
      </div>
      {rows.length === 0 && lane.standing.value === 'live' && (
        <p class='nothing'>
          <b>{lane.list.value === 'waiting' ? texts.nothing : texts.noneDecided}</b>
          {lane.list.value === 'waiting' && <span>{texts.nothingWhy}</span>}
        </p>
      )}
      <ol>
        {rows.map((row) => (
          <li key={row.id}>
            <Entry lane={lane} row={row} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Tab({ lane, list, name, count }: {
  lane: Lane;
  list: List;
  name: string;
  count: string;
}) {
  return (
    <button
      type='button'
      class='tab'
      aria-pressed={lane.list.value === list}
      onClick={() => lane.show(list)}
    >
      {name} <b>{count}</b> <KeyCap lane={lane} of={list === 'waiting' ? 'to-review' : 'decided'} />
    </button>
  );
}

function Entry({ lane, row }: { lane: Lane; row: Row }) {
  return (
    <button
      type='button'
      class='row'
      aria-current={lane.chosen.value === row.id}
      onClick={() => void lane.open(row.id)}
    >
      <bdi class='excerpt' dir='auto'>
        <Pieces text={row.excerpt || onLane.value.erased} />
      </bdi>
      <span class='about'>
        {row.why.map(cause).join(' · ')}
        {row.said && <b>{verdict(row.said)}</b>}
        <time>{clock(row.at)}</time>
      </span>
    </button>
  );
}
