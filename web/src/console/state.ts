/**
 * What this console knows, and how each frame from the server changes it. Pure: no socket, no clock.
 * A snapshot replaces, news replaces one thing, and what was seen before changes nothing; so the
 * state equals the server's after any mixture of disconnects, repeats and resets.
 */
import type {
  AnyOutbound,
  CallView,
  Card,
  ConversationView,
  Grown,
  HoldView,
  LookView,
  MessageView,
  NewsFrame,
  PersonView,
  Talk,
  TypingFrame,
} from '../shared/protocol.gen.ts';

export const QUEUE = 'queue';

/** Seconds that somebody is taken to type after they said so. */
const BELIEVED = 15;

/** Ended holds that are remembered, so that people see what became of them. */
const REMEMBERED = 30;

export interface State {
  readonly me: PersonView | null;
  readonly people: readonly PersonView[];
  /** Who looks at which hold now. */
  readonly looks: readonly LookView[];
  /** How many seconds people usually take to decide. */
  readonly usual: number;
  /** How the stop switch stands; '' when it is off. */
  readonly stop: string;
  /** What supervisors call to me or to everybody, until it was closed. */
  readonly calls: readonly CallView[];
  /** Server time minus ours, in seconds. */
  readonly offset: number;
  /** The feed that the positions below belong to. */
  readonly feed: string;
  readonly seqs: Readonly<Record<string, number>>;
  readonly holds: ReadonlyMap<string, HoldView>;
  readonly conversations: ReadonlyMap<string, ConversationView>;
  /** By hold, and by conversation: only what is followed. */
  readonly cards: ReadonlyMap<string, Card>;
  readonly talks: ReadonlyMap<string, Talk>;
  /** Who is typing, by conversation, and until when that is believed without another word. */
  readonly typing: ReadonlyMap<string, { readonly name: string; readonly until: number }>;
  /** Whether the customer listens, by conversation: where nothing was said, nobody knows. */
  readonly here: ReadonlyMap<string, boolean>;
  /** Streams that the server does not have for us, and why. */
  readonly gone: ReadonlyMap<string, string>;
  /** The first kind of frame that this page does not know; '' as long as it knows all. */
  readonly strange: string;
}

export const UNKNOWN: State = {
  me: null,
  people: [],
  looks: [],
  usual: 20,
  stop: '',
  calls: [],
  offset: 0,
  feed: '',
  seqs: {},
  holds: new Map(),
  conversations: new Map(),
  cards: new Map(),
  talks: new Map(),
  typing: new Map(),
  here: new Map(),
  gone: new Map(),
  strange: '',
};

/** The state after a frame. `now` is our own time in seconds, when the frame arrived. */
export function taken(state: State, frame: AnyOutbound, now: number): State {
  switch (frame.type) {
    case 'welcome': {
      const known = frame.feed === state.feed ? state : { ...state, seqs: {} };
      return {
        ...known,
        me: frame.me,
        feed: frame.feed,
        offset: frame.now - now,
        typing: new Map(),
        here: new Map(),
        looks: [],
        stop: '',
      };
    }
    case 'queue_reset':
      return {
        ...at(state, frame.stream, frame.seq),
        holds: byId([...ended(state.holds), ...frame.queue.holds]),
        conversations: byId(frame.queue.conversations),
        people: frame.queue.people,
      };
    case 'talk_reset': {
      const { conversation } = frame.talk;
      return {
        ...spoken(at(state, frame.stream, frame.seq), conversation),
        talks: put(state.talks, conversation.id, frame.talk),
      };
    }
    case 'card_reset': {
      const { hold } = frame.card;
      return { ...held(state, hold), cards: put(state.cards, hold.id, frame.card) };
    }
    case 'recovered':
      return at(frame.news.reduce(heard, state), frame.stream, frame.seq);
    case 'news':
      return heard(state, frame);
    case 'grown':
      return { ...state, cards: grown(state.cards, frame) };
    case 'people':
      return { ...state, people: frame.people };
    case 'looks':
      return { ...state, looks: frame.looks };
    case 'stop':
      return { ...state, stop: frame.mode };
    case 'usual':
      return { ...state, usual: frame.seconds };
    case 'typing':
      return { ...state, typing: types(state.typing, frame, now) };
    case 'presence':
      return { ...state, here: put(state.here, subject(frame.stream), frame.here) };
    case 'gone':
      return { ...state, gone: put(state.gone, frame.stream, frame.message) };
    case 'ping':
      return { ...state, offset: frame.now - now };
    case 'result':
      return state;
    default:
      return puzzled(state, frame);
  }
}

/** A newer server says what this page does not know: what the page knows may be wrong from now on. */
function puzzled(state: State, frame: never): State {
  const { type } = frame as AnyOutbound;
  return state.strange ? state : { ...state, seqs: {}, strange: type };
}

/** Who types says so again and again (typing.ts): who does not any more has stopped, or is gone. */
export function hushed(state: State, now: number): State {
  const typing = [...state.typing].filter(([, { until }]) => now < until);
  return typing.length === state.typing.size ? state : { ...state, typing: new Map(typing) };
}

/** Nobody looks at this any more: what is known of it would only grow old. */
export function unfollowed(state: State, stream: string): State {
  const { [stream]: _, ...seqs } = state.seqs;
  const without = <Thing>(things: ReadonlyMap<string, Thing>, id: string) =>
    new Map([...things].filter(([key]) => key !== id));
  return {
    ...state,
    seqs,
    gone: without(state.gone, stream),
    cards: stream.startsWith('hold:') ? without(state.cards, subject(stream)) : state.cards,
    talks: stream.startsWith('conv:') ? without(state.talks, subject(stream)) : state.talks,
    here: stream.startsWith('conv:') ? without(state.here, subject(stream)) : state.here,
  };
}

export function alive(hold: HoldView): boolean {
  return hold.state !== 'decided' && hold.state !== 'cancelled';
}

/** What a stream is about: the id in "hold:…" and "conv:…". */
export function subject(stream: string): string {
  return stream.slice(stream.indexOf(':') + 1);
}

/** The hold as its card knows it, if it is followed; else as the queue does. */
export function holdOf(state: State, id: string): HoldView | undefined {
  return state.cards.get(id)?.hold ?? state.holds.get(id);
}

// --- one thing after the other ------------------------------------------------------------------

function heard(state: State, news: NewsFrame): State {
  if (news.seq <= (state.seqs[news.stream] ?? 0)) return state;
  let after = at(state, news.stream, news.seq);
  if (news.hold) after = held(after, news.hold);
  if (news.conversation) after = spoken(after, news.conversation);
  if (news.call) after = called(after, news.call);
  const talk = after.talks.get(subject(news.stream));
  if (!talk || news.messages.length + news.notes.length === 0) return after;
  const messages = merged(talk.messages, news.messages);
  const all = byId([...talk.notes, ...news.notes]).values(); // some were kept from us until now
  const notes = [...all].sort((one, other) => one.at - other.at);
  return { ...after, talks: put(after.talks, talk.conversation.id, { ...talk, messages, notes }) };
}

/** Not what one called oneself, nor what is for somebody else. */
function called(state: State, call: CallView): State {
  const me = state.me?.id;
  const mine = call.by.id !== me && (call.to === '' || call.to === me);
  return mine ? { ...state, calls: [...state.calls, call] } : state;
}

/** It was read and closed. */
export function closed(state: State, call: string): State {
  return { ...state, calls: state.calls.filter(({ id }) => id !== call) };
}

function held(state: State, hold: HoldView): State {
  const holds = put(state.holds, hold.id, hold);
  for (const old of ended(holds).slice(0, -REMEMBERED)) holds.delete(old.id);
  return { ...state, holds };
}

/** A conversation that the model speaks in again is no longer in the list, but may be looked at. */
function spoken(state: State, conversation: ConversationView): State {
  const { id, human } = conversation;
  const conversations = put(state.conversations, id, conversation);
  if (!human) conversations.delete(id);
  const talk = state.talks.get(id);
  const talks = talk ? put(state.talks, id, { ...talk, conversation }) : state.talks;
  return { ...state, conversations, talks };
}

function grown(cards: State['cards'], { stream, more }: Grown): State['cards'] {
  const card = cards.get(subject(stream));
  if (!card) return cards;
  const pending = { ...card.pending };
  for (const [field, text] of Object.entries(more)) pending[field] = (pending[field] ?? '') + text;
  return put(cards, card.hold.id, { ...card, pending });
}

function types(
  typing: State['typing'],
  { stream, name, on }: TypingFrame,
  now: number,
): State['typing'] {
  const after = new Map(typing);
  if (on) after.set(subject(stream), { name, until: now + BELIEVED });
  else after.delete(subject(stream));
  return after;
}

// --- shared moves -------------------------------------------------------------------------------

function at(state: State, stream: string, seq: number): State {
  const known = Math.max(seq, state.seqs[stream] ?? 0);
  return { ...state, seqs: { ...state.seqs, [stream]: known } };
}

function ended(holds: ReadonlyMap<string, HoldView>): HoldView[] {
  return [...holds.values()].filter((hold) => !alive(hold));
}

/** The thing goes to the end: the map's order is the order of the latest change. */
function put<Thing>(things: ReadonlyMap<string, Thing>, id: string, thing: Thing) {
  const after = new Map(things);
  after.delete(id);
  return after.set(id, thing);
}

function byId<Thing extends { readonly id: string }>(things: readonly Thing[]) {
  return new Map(things.map((thing) => [thing.id, thing]));
}

function merged(old: readonly MessageView[], news: readonly MessageView[]): MessageView[] {
  return [...byId([...old, ...news]).values()].sort((one, other) => one.seq - other.seq);
}
