import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { AgentView, AnyCommand, Queue } from '../shared/protocol.gen.ts';
import { say } from '../text/say.ts';
import { onWall } from '../text/wall.ts';
import { Dialog } from '../shared/frame.tsx';
import type { Figures } from './figures.ts';
import { Trouble } from './notice.tsx';

interface InHand {
  readonly id: string;
  readonly name: string;
  readonly give: (to: string) => AnyCommand;
}

/** What somebody has in hand, one by one, to be given to a colleague who is there. */
export function Give({ figures, from, others, onClose }: {
  figures: Figures;
  from: AgentView;
  others: readonly AgentView[];
  onClose: () => void;
}) {
  const { wall } = onWall.value;
  const { app } = say.value;
  const found = useSignal<readonly InHand[] | null>(null);
  const read = async () => {
    const queue = await figures.queue();
    if (queue) found.value = inHand(queue, from.id);
    else figures.notice.value = { text: wall.unread, problem: true };
  };
  useEffect(() => void read(), [from.id]);
  const give = async (one: InHand, to: string) => {
    await figures.command(one.give(to));
    await read(); // whatever became of it, this is old
  };
  const there = others.filter((one) => !one.away);
  return (
    <Dialog title={wall.giveWhat(from.name)} onClose={onClose}>
      <Trouble figures={figures} />
      {there.length === 0 && <p>{wall.nobodyElse}</p>}
      {found.value?.length === 0 && <p>{wall.nothingInHand}</p>}
      <ul class='in-hand'>
        {found.value?.map((one) => (
          <Row
            key={one.id}
            one={one}
            there={there}
            give={(to) => give(one, to)}
          />
        ))}
      </ul>
      <div class='buttons'>
        <button type='button' class='button' onClick={onClose}>{app.close}</button>
      </div>
    </Dialog>
  );
}

function Row({ one, there, give }: {
  one: InHand;
  there: readonly AgentView[];
  give: (to: string) => void;
}) {
  const { wall } = onWall.value;
  const to = useSignal(there[0]?.id ?? '');
  return (
    <li>
      <span class='what'>{one.name}</span>
      {there.length > 0 && (
        <>
          <label>
            {wall.giveTo}
            <select
              value={to.value}
              onChange={({ currentTarget: { value } }) => (to.value = value)}
            >
              {there.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </select>
          </label>
          <button
            type='button'
            class='button'
            aria-disabled={!to.value}
            onClick={() => to.value && give(to.value)}
          >
            {wall.give} <span class='unseen'>{one.name}</span>
          </button>
        </>
      )}
    </li>
  );
}

export function inHand(queue: Queue, person: string): InHand[] {
  const { queue: words } = say.value;
  const holds = queue.holds.filter((hold) => hold.claimed_by?.id === person && !hold.proposal);
  const talks = queue.conversations.filter((one) => one.owner?.id === person);
  return [
    ...holds.map((hold): InHand => ({
      id: hold.id,
      name: hold.rules.join(', '),
      give: (to) => ({ do: 'assign', hold: hold.id, to }),
    })),
    ...talks.map((one): InHand => ({
      id: one.id,
      name: words.conversation(one.id.slice(-6)),
      give: (to) => ({ do: 'transfer', conversation: one.id, epoch: one.epoch, to }),
    })),
  ];
}
