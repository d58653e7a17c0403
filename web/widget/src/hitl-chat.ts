/**
 * `<hitl-chat grant="/chat/token">`: a conversation with hitl-chat as an element of any page. A script
 * element with `data-grant` floats one over its page; npm/README.md has all attributes.
 */
import { Chat, type Kept } from './client.ts';
import { STYLE } from './style.ts';
import type { Talk } from './talk.ts';
import { named, texts } from './texts.ts';
import { type Manner, View } from './view.ts';
import { type Grant, Problem, problem } from './wire.ts';

/** Where pages are made on a server there are no elements, and none is defined. */
const Base = globalThis.HTMLElement ?? class {} as typeof HTMLElement;

export class HitlChat extends Base {
  #chat: Chat | null = null;
  #view: View | null = null;
  readonly #online = () => this.#chat?.hurry();

  connectedCallback(): void {
    if (!this.#view) this.#build();
    this.#view?.returns();
    this.#chat = new Chat({
      base: this.getAttribute('base') || new URL(import.meta.url || location.href).origin,
      grant: (of, signal) => grant(this.getAttribute('grant') ?? '', of, signal),
      met: (conversation) => this.#view?.meets(conversation),
      changed: (talk) => this.#changed(talk),
      kept: this.#kept(),
      keep: (kept) => this.#keep(kept),
      // deno-lint-ignore no-console -- for who made the page
      trouble: (words) => console.error(`hitl-chat: ${words}`),
      raw: (stream, data) =>
        this.dispatchEvent(
          new CustomEvent('hitl-raw', { detail: { stream, data } }),
        ),
    });
    this.#view?.show(this.#chat.talk);
    addEventListener('online', this.#online);
  }

  disconnectedCallback(): void {
    removeEventListener('online', this.#online);
    this.#chat?.close();
    this.#view?.leaves();
  }

  /** Ask as if the customer had written it. */
  ask(text: string): void {
    this.#chat?.send(text);
  }

  /** What is shown, to read. */
  get talk(): Talk | undefined {
    return this.#chat?.talk;
  }

  /** Open or close one that floats. */
  open(is = true): void {
    this.#view?.open(is);
  }

  #build(): void {
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#view = new View(this.#manner(), {
      send: (text) => this.#chat?.send(text),
      type: (on) => this.#chat?.type(on),
      retry: () => this.#chat?.retry(),
      rate: (line, rating, text) => void this.#chat?.rate(line, rating, text),
    });
    const floating = this.hasAttribute('floating');
    this.#view.chat.hidden = floating;
    this.#view.launcher.hidden = !floating;
    root.append(this.#view.chat, this.#view.launcher);
  }

  #manner(): Manner {
    const language = this.getAttribute('lang') ||
      document.documentElement.lang || 'en';
    const words = texts(language);
    const name = this.getAttribute('name') || words.title;
    const disclosure = this.getAttribute('disclosure') ||
      named(words.disclosure, name);
    return {
      texts: words,
      name,
      disclosure,
      greeting: this.getAttribute('greeting') ?? '',
      people: this.getAttribute('person') !== 'no',
    };
  }

  #changed(talk: Talk): void {
    this.#view?.show(talk);
    this.dispatchEvent(new CustomEvent('hitl-talk', { detail: talk }));
  }

  // A reloaded page goes on where it was; `keep="no"` forgets it with the page.

  get #place(): string {
    return this.getAttribute('keep') === 'no' ? '' : `hitl-chat ${this.getAttribute('grant')}`;
  }

  #kept(): Kept | null {
    try {
      return this.#place ? JSON.parse(sessionStorage.getItem(this.#place) ?? 'null') : null;
    } catch {
      return null; // no storage here, or nothing that we wrote
    }
  }

  #keep(kept: Kept): void {
    try {
      if (this.#place) {
        sessionStorage.setItem(this.#place, JSON.stringify(kept));
      }
    } catch {
      // full or forbidden: the conversation lasts as long as the page
    }
  }
}

/** Asks the page's own server, which asks hitl-chat with its key. */
async function grant(address: string, conversation: string, signal: AbortSignal): Promise<Grant> {
  const said = conversation ? { conversation_id: conversation } : {};
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(said),
    signal,
  });
  if (!answer.ok) throw await problem(answer);
  const made = await answer.json().catch(() => null);
  if (made?.token) return made;
  throw new Problem('', 400, 0, `${address} gave no token`);
}

/** A script that says where tokens come from wants one that floats over its page. */
function float(): void {
  const mine = (script: HTMLScriptElement) => script.src === import.meta.url;
  const { grant, ...more } = [...document.scripts].find(mine)?.dataset ?? {};
  if (!grant) return;
  const element = document.createElement('hitl-chat');
  const given = Object.entries({ floating: '', ...more, grant });
  for (const [name, value] of given) element.setAttribute(name, value ?? '');
  document.body.append(element);
}

if (globalThis.customElements) {
  if (!customElements.get('hitl-chat')) customElements.define('hitl-chat', HitlChat);
  float();
}
