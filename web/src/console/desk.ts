/**
 * This console: what it knows, what it looks at, and its way to command. Owns the connection, the
 * outbox and the notices; what the commands of the person are is in `acts.ts`.
 */
import { computed, signal } from '@preact/signals';
import { Bindings } from '../shared/bindings.ts';
import type {
  AnyCommand,
  AnyInbound,
  AnyOutbound,
  HoldView,
  Result,
} from '../shared/protocol.gen.ts';
import type { Asking } from './asking.ts';
import type { Snipping } from './cursor.ts';
import { done } from './done.ts';
import { Following } from './following.ts';
import { lost } from './late.ts';
import { Link, type Standing } from './link.ts';
import { address, type Looking, read, streams } from './looking.ts';
import { refused } from './misfit.ts';
import { inOrder } from './order.ts';
import { Outbox, type Unheard, type Waiting } from './outbox.ts';
import { AWAY, owned } from './owner.ts';
import * as session from './session.ts';
import type { Sheet } from './sheet.ts';
import { Standstill } from './shown.ts';
import { overtaken, Sight } from './sight.ts';
import type { Suggested } from './suggest.ts';
import { closed, hushed, QUEUE, type State, taken, UNKNOWN } from './state.ts';
import type { Surroundings } from './surroundings.ts';
import type { Together } from './together.ts';
import { Typed } from './typed.ts';
import { returned } from './unsent.ts';
import { Why } from './why.ts';
import { Wishes } from './wishes.ts';
import { say } from '../text/say.ts';

export interface Notice {
  readonly text: string;
  /** A problem stays until it was seen; news goes by itself. */
  readonly problem: boolean;
}

const NEWS_STAYS = 6;

export class Desk {
  readonly state = signal<State>(UNKNOWN);
  readonly standing = signal<Standing>('connecting');
  readonly me = signal<session.Me | null>(null);
  readonly unheard = signal<readonly Unheard[]>([]);
  readonly looking = signal<Looking | null>(null);
  readonly notice = signal<Notice | null>(null);
  readonly waiting = signal<readonly Waiting[]>([]);
  /** The server's time in seconds, for everything that counts down. */
  readonly now = signal(0);
  /** The hold whose answer is being edited. */
  readonly editing = signal<string | null>(null);
  /** The hold that opening the editor claimed, and the claim once it is there. */
  opened: { readonly id: string; readonly claim?: HoldView } | null = null;
  readonly sheet = signal<Sheet | null>(null);
  /** What a reason is being chosen for. */
  readonly asking = signal<Asking | null>(null);
  /** What a model would write here, while somebody looks at it. */
  readonly suggested = signal<Suggested | null>(null);
  /** What says nearly the same as the hold that is looked at. */
  readonly together = signal<Together | null>(null);
  /** Holds that were decided by one look, the newest first. */
  readonly looks = signal<readonly (readonly string[])[]>([]);
  /** Whether texts are shown as what they change. */
  readonly difference = signal(true);
  /** A name is being written that stands for something. */
  readonly snipping = signal<Snipping | null>(null);
  /** The last message that was looked at, by conversation. */
  readonly seen = signal<Readonly<Record<string, number>>>({});
  readonly keys: Bindings;
  readonly wishes: Wishes;
  readonly away = computed(() => {
    const { me, people } = this.state.value;
    return people.find((one) => one.id === me?.id)?.away ?? me?.away ?? false;
  });
  /** The holds that wait, the most urgent first: sorted once for all who ask. */
  readonly queue = computed(() =>
    inOrder(this.state.value.holds.values(), this.now.value, this.state.value.usual)
  );
  readonly still = new Standstill(this.state, this.queue);
  readonly typed: Typed;
  readonly why: Why;
  readonly outbox: Outbox;
  readonly link: Link;
  readonly sight = new Sight();
  #overtaken: Notice | null = null;
  readonly following = new Following(this);

  constructor(readonly around: Surroundings) {
    this.typed = new Typed(around.shelf, around.kept, around.now);
    this.why = new Why(this.typed);
    this.keys = new Bindings(around.kept, 'console');
    this.wishes = new Wishes(around.kept);
    this.outbox = new Outbox(around.shelf, () => around.now() * 1000);
    this.waiting.value = this.outbox.waiting;
    this.looking.value = read(around.location.hash);
    this.link = new Link({
      ticket: () => this.#ticket(),
      open: around.open,
      later: around.later,
      chance: Math.random,
      hello: (ticket) => this.#hello(ticket),
      heard: (frame) => this.#heard(frame),
      stands: (standing) => this.#stands(standing),
    });
    this.tick();
  }

  tick(): void {
    this.now.value = this.around.now() + this.state.value.offset;
    this.state.value = hushed(this.state.value, this.around.now());
  }

  // --- looking ----------------------------------------------------------------------------------

  look(looking: Looking | null): void {
    if (streams(this.looking.value).join() === streams(looking).join()) return;
    this.looking.value = looking;
    this.editing.value = null;
    this.asking.value = null;
    this.suggested.value = null;
    this.sheet.value = null; // what is written there is about something else, and kept
    this.around.location.hash = address(looking);
    if (this.notice.value?.problem) this.notice.value = null;
    this.following.follow();
  }

  /** A conversation, with the latest hold of it that is known here. */
  listen(conversation: string): void {
    const known = this.state.value.holds.values().filter((one) =>
      one.conversation === conversation
    );
    const hold = [...known].at(-1)?.id;
    this.look({ at: 'conv', id: conversation, ...(hold ? { hold } : {}) });
  }

  /** The person at this console has read the conversation up to here. */
  see(conversation: string, seq: number): void {
    if ((this.seen.value[conversation] ?? 0) >= seq) return;
    this.seen.value = { ...this.seen.value, [conversation]: seq };
  }

  // --- what was chosen and written beside a decision ----------------------------------------------

  show(sheet: Sheet | null): void {
    this.sheet.value = this.sheet.value === sheet ? null : sheet;
  }

  flip(): void {
    this.difference.value = !this.difference.value;
  }

  /** It was decided: what was chosen and noted belongs to that. */
  noted(hold: string): void {
    this.why.done(hold);
    if (this.suggested.value?.about === hold) this.suggested.value = null;
    if (this.asking.value?.hold === hold) this.asking.value = null;
  }

  // --- commanding -------------------------------------------------------------------------------

  /** A command that must arrive: kept until it is answered, whatever happens to this page. */
  command(cmd: AnyCommand, after = 0): void {
    const { id } = this.outbox.add(crypto.randomUUID(), cmd, after);
    this.sight.commanded(cmd, this.state.value.cards);
    this.waiting.value = this.outbox.waiting;
    this.link.send({ type: 'cmd', id, cmd });
  }

  /** A command that means nothing later: a heartbeat, a sign that somebody types. */
  mention(cmd: AnyCommand): void {
    this.link.send({ type: 'cmd', id: `mention-${crypto.randomUUID()}`, cmd });
  }

  setAway(on: boolean): void {
    this.around.shelf.setItem(AWAY, on ? 'yes' : '');
    this.mention({ do: 'away', on });
  }

  async signOut(): Promise<void> {
    if (await session.signOut(this.me.value)) {
      this.typed.end();
      this.#stands('signed_out');
    } else this.tell(say.value.notices.stillIn, true);
  }

  closeCall(call: string): void {
    this.state.value = closed(this.state.value, call);
  }

  tell(text: string, problem = false): void {
    const notice = { text, problem };
    this.notice.value = notice;
    if (problem) return;
    this.around.later(NEWS_STAYS, () => {
      if (this.notice.value === notice) this.notice.value = null;
    });
  }

  // --- the connection ---------------------------------------------------------------------------

  async #ticket(): Promise<string | null> {
    const me = await session.me();
    if (me) owned(this, me.person);
    this.me.value = me;
    return me && await session.ticket(me);
  }

  #hello(ticket: string): AnyInbound {
    const { seqs, feed } = this.state.value;
    const followed = [QUEUE, ...this.following.begin()];
    const positions = Object.fromEntries(followed.map((name) => [name, seqs[name] ?? null]));
    const away = this.around.shelf.getItem(AWAY) === 'yes';
    return { type: 'hello', ver: 1, ticket, streams: positions, feed, away };
  }

  #stands(standing: Standing): void {
    this.standing.value = standing;
    if (standing !== 'live') return;
    const stale = this.outbox.takeStale();
    this.waiting.value = this.outbox.waiting;
    this.#undone(say.value.notices.unsure, ...stale);
    for (const { id, cmd, late } of this.outbox.waiting) {
      if (!late) this.link.send({ type: 'cmd', id, cmd });
    }
    this.following.catchUp();
  }

  #heard(frame: AnyOutbound): void {
    const { strange } = this.state.value;
    this.state.value = taken(this.state.value, frame, this.around.now());
    this.tick();
    if (this.state.value.strange !== strange) { // all that is known is fetched anew
      this.tell(say.value.notices.newer, true);
      this.link.anew();
    }
    if (frame.type === 'result') this.#answered(frame);
    if (frame.type === 'card_reset') this.#came(frame.card.hold.id);
    const { tooLate, unsure } = say.value.notices;
    this.#undone(frame.type === 'gone' ? unsure : tooLate, ...lost(this, frame));
    this.following.catchUp();
    if (frame.type === 'welcome') {
      this.keys.load(frame.me.id);
      this.wishes.load(frame.me.id);
    }
  }

  #answered(result: Result): void {
    const waiting = this.outbox.take(result.id);
    this.waiting.value = this.outbox.waiting;
    if (!waiting) return;
    if (result.ok) done(this, waiting.cmd, result.body);
    else if (result.error) this.#undone(refused(waiting.cmd, result.error), waiting);
    const hold = this.sight.answered(waiting.cmd, result.error);
    if (!hold) return;
    this.#overtaken = this.notice.value;
    this.following.anew(`hold:${hold}`);
  }

  /** Where the card says what changed, that it did need not lie over it. */
  #came(hold: string): void {
    if (!this.sight.came(hold, this.around.now())) return;
    if (overtaken(this)?.hold.id !== hold) return;
    if (this.notice.value === this.#overtaken) this.notice.value = null;
  }

  /** Commands that nothing came of: why, and what was written for them is not lost. */
  #undone(why: string, ...commands: readonly Waiting[]): void {
    if (commands.length === 0) return;
    const kept = commands.map(({ cmd }) => returned(this, cmd)).includes(true);
    this.tell(kept ? `${why} ${say.value.notices.kept}` : why, true);
  }
}
