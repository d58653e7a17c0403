/** The widget's elements, and what of a talk they show. Knows no network. */
import { el, icon } from './dom.ts';
import { Lines } from './lines.ts';
import type { Rate } from './rating.ts';
import type { Line, Talk } from './talk.ts';
import { named, type Texts } from './texts.ts';
import { RELOADED } from './way.ts';

const SPEECH = 'M3 4h18v13h-9l-5 4v-4H3z';

export interface Manner {
  readonly texts: Texts;
  /** What the assistant is called. */
  readonly name: string;
  readonly greeting: string;
  readonly disclosure: string;
  /** Whether there are people to talk to. */
  readonly people: boolean;
}

export interface Acts {
  readonly send: (text: string) => void;
  readonly type: (on: boolean) => void;
  readonly rate: Rate;
  readonly retry: () => void;
}

const NEAR = 80; // pixels
const STILL = 4000; // ms without a key: the customer has stopped typing

export class View {
  readonly launcher: HTMLButtonElement;
  readonly chat: HTMLElement;
  readonly #manner: Manner;
  readonly #acts: Acts;
  readonly #lines: Lines;
  readonly #who = el('p');
  readonly #status = el('p', { class: 'status', role: 'status' });
  readonly #start = el('slot', { name: 'start' });
  readonly #title = el('slot', { name: 'title' });
  readonly #person: HTMLButtonElement;
  readonly #box: HTMLTextAreaElement;
  readonly #scroll: HTMLElement;
  #still: ReturnType<typeof setTimeout> | undefined;
  #talk: Talk | undefined;
  #whose = ''; // conversation, once it is known
  #gone = 0;
  #left: { readonly whose: string; readonly text: string } | undefined;
  #read: readonly Line[] = []; // as they were while the panel was open, or first came

  constructor(manner: Manner, acts: Acts) {
    const { texts } = manner;
    [this.#manner, this.#acts] = [manner, acts];
    // Its style hides it while it is empty: a conversation that comes back with it is not read out.
    const log = el('div', { role: 'log', 'aria-label': texts.conversation });
    this.#lines = new Lines(log, texts, acts.rate, () => this.#retry(log));
    this.#scroll = this.#scrolled(log);
    this.#box = this.#input();
    this.#person = el(
      'button',
      { type: 'button', click: () => acts.send(texts.wantPerson) },
      texts.person,
    );
    this.launcher = el('button', {
      type: 'button',
      class: 'launcher',
      'aria-label': texts.open,
      'aria-expanded': 'false',
      click: () => this.open(!!this.chat.hidden),
    }, icon(SPEECH));
    this.chat = el('section', { class: 'chat', 'aria-label': texts.title });
    this.chat.append(
      this.#header(),
      this.#scroll,
      this.#form(),
      this.#disclosure(),
    );
    this.chat.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.launcher.hidden) this.open(false);
    });
  }

  show(talk: Talk): void {
    const { texts, name, people } = this.#manner;
    // Who has scrolled up to read stays there.
    const { scrollTop, clientHeight, scrollHeight } = this.#scroll;
    const follows = scrollTop + clientHeight > scrollHeight - NEAR;
    this.#lines.show(talk);
    this.#who.textContent = talk.away
      ? named(texts.gone, talk.agent || texts.colleague)
      : talk.agent
      ? named(texts.talking, talk.agent)
      : (this.#title.assignedElements()[0] ? name + ', ' : '') + texts.assistant;
    const begun = talk.lines.length + talk.queued.length > 0;
    this.#hide(this.#start, this.#start.assignedElements(), begun);
    this.#hide(this.#person, [this.#person], !people || talk.away || !!talk.agent);
    this.#tell(talk);
    this.#mark(talk);
    this.#talk = talk;
    if (follows) this.#end();
  }

  /** Out of the page: what was being written waits until it is known who is here then. */
  leaves(): void {
    this.#gone = Date.now();
    if (!this.#whose) return;
    this.#left = { whose: this.#whose, text: this.#box.value };
    this.#whose = this.#box.value = '';
  }

  /** In a page again: words of nobody in particular are still theirs only if it is soon. */
  returns(): void {
    if (Date.now() - this.#gone >= RELOADED) this.#box.value = '';
  }

  /** Somebody else has not written what is in the box. */
  meets(conversation: string): void {
    if (this.#whose) this.#box.value = '';
    if (this.#left?.whose === conversation) this.#box.value = this.#left.text + this.#box.value;
    [this.#whose, this.#left] = [conversation, undefined];
  }

  #end(): void {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  /** The panel of a widget that floats over its page. */
  open(is: boolean): void {
    const { texts } = this.#manner;
    this.chat.hidden = !is;
    this.launcher.ariaExpanded = String(is);
    this.launcher.ariaLabel = is ? texts.close : texts.open;
    if (this.#talk) this.#mark(this.#talk);
    (is ? this.#box : this.launcher).focus();
  }

  /** The closed panel's button says that there is something to read. */
  #mark({ lines }: Talk): void {
    if (!this.chat.hidden || this.#read.length === 0) this.#read = lines;
    const news = lines.some(({ author, text }, at) =>
      author !== 'customer' && text !== this.#read[at]?.text
    );
    this.launcher.classList.toggle('news', news);
    if (news) this.launcher.ariaLabel = this.#manner.texts.news;
  }

  /** Whoever has come there by keys goes on in the box. */
  #hide(what: HTMLElement, shown: readonly Element[], is: boolean): void {
    const keys = is && shown.some((one) => one.matches(':focus-visible, :has(:focus-visible)'));
    what.hidden = is;
    if (keys) this.#box.focus();
  }

  #tell(talk: Talk): void {
    const { texts, name } = this.#manner;
    const why = talk.offline ? 'offline' : talk.typing ? 'typing' : talk.waiting;
    const say = why && why !== 'person' ? named(texts[why], talk.agent || name) : '';
    this.#status.className = `status ${why}`;
    if (this.#status.textContent === say) return;
    const dots = say ? [el('span', { class: 'dots', 'aria-hidden': 'true' })] : [];
    this.#status.replaceChildren(...dots, say);
  }

  #header(): HTMLElement {
    const { texts, name } = this.#manner;
    const close = el('button', {
      type: 'button',
      class: 'close',
      'aria-label': texts.close,
      click: () => this.open(false),
    }, '×');
    this.#title.append(name);
    const names = el('div', {}, el('h2', {}, this.#title), this.#who);
    return el('header', {}, el('slot', { name: 'logo' }), names, close);
  }

  #scrolled(log: HTMLElement): HTMLElement {
    const { greeting, texts } = this.#manner;
    const hello = greeting ? [el('p', { class: 'hello' }, greeting)] : [];
    const about = {
      class: 'scroll',
      role: 'group',
      tabindex: '0',
      'aria-label': texts.conversation,
    };
    return el(
      'div',
      about,
      ...hello,
      this.#start,
      log,
      this.#status,
    );
  }

  #input(): HTMLTextAreaElement {
    const { texts } = this.#manner;
    return el('textarea', {
      'aria-label': texts.message,
      placeholder: texts.write,
      rows: '1',
      maxlength: '4000',
      keydown: (event) => {
        const { key, shiftKey, isComposing } = event as KeyboardEvent;
        if (key === 'Enter' && !shiftKey && !isComposing) this.#submit(event);
      },
      input: () => this.#typed(),
    });
  }

  #form(): HTMLFormElement {
    const { texts } = this.#manner;
    return el(
      'form',
      { class: 'ask', submit: (event) => this.#submit(event) },
      this.#box,
      el('button', { type: 'submit', class: 'send' }, texts.send),
    );
  }

  #disclosure(): HTMLElement {
    return el(
      'p',
      { class: 'disclosure' },
      `${this.#manner.disclosure} `,
      this.#person,
    );
  }

  #retry(log: HTMLElement): void {
    const keys = log.querySelector(':focus-visible'); // it goes with the line that it is in
    this.#acts.retry();
    if (keys) this.#box.focus();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (!text) return;
    this.#box.value = '';
    this.#stopped();
    this.#end(); // one's own words are seen, wherever one was reading
    this.#acts.send(text);
  }

  #typed(): void {
    this.#acts.type(true);
    clearTimeout(this.#still);
    this.#still = setTimeout(() => this.#stopped(), STILL);
  }

  #stopped(): void {
    clearTimeout(this.#still);
    this.#acts.type(false);
  }
}
