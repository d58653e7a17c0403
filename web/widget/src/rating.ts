/** What a customer says of one line: a thumb, or in words what is wrong. Keeps the focus in it. */
import { el, icon } from './dom.ts';
import type { Line } from './talk.ts';
import type { Texts } from './texts.ts';
import type { Rating } from './wire.ts';

const THUMB = 'M7 11v9H4v-9zM9 20V10l4-7a2 2 0 0 1 2 2v4h5a2 2 0 0 1 2 2l-2 7a2 2 0 0 1-2 2z';

export type Rate = (line: Line, rating: Rating, text: string) => void;

export class Opinion {
  readonly element = el('div', { class: 'rating' });
  readonly #thumbs: readonly (readonly ['up' | 'down', HTMLButtonElement])[];
  readonly #wrong: HTMLButtonElement;
  readonly #box: HTMLInputElement;
  readonly #form: HTMLFormElement;
  readonly #thanks: HTMLElement;
  readonly #trouble = el('p', { class: 'trouble' });
  #line: Line | undefined;

  constructor(readonly texts: Texts, readonly rate: Rate) {
    this.#thumbs = [['up', this.#thumb('up')], ['down', this.#thumb('down')]];
    const ask = () => this.#put(this.#form);
    this.#wrong = el('button', { type: 'button', class: 'wrong', click: ask }, texts.wrong);
    this.#box = el('input', {
      'aria-label': texts.what,
      placeholder: texts.what,
      maxlength: '1000',
      autocomplete: 'off',
    });
    this.#form = this.#report();
    this.#thanks = el('p', { tabindex: '-1' }, texts.thanks);
  }

  show(line: Line): void {
    const { rating, unsent } = line;
    const old = this.#line;
    this.#line = line;
    if (old && old.rating === rating && old.unsent === unsent) return; // somebody may be writing
    for (const [kind, thumb] of this.#thumbs) thumb.ariaPressed = String(rating === kind);
    this.#trouble.textContent = unsent ? this.texts.problem : '';
    if (rating === 'wrong') return this.#put(this.#thanks);
    if (unsent?.rating !== 'wrong') return this.#choose();
    this.#box.value ||= unsent.text;
    this.#put(this.#form);
  }

  #choose(): void {
    this.#put(...this.#thumbs.map(([, thumb]) => thumb), this.#wrong);
  }

  #put(...parts: HTMLElement[]): void {
    if (this.element.firstChild === parts[0]) return;
    const here = this.element.matches(':focus-within');
    this.element.replaceChildren(...parts, this.#trouble);
    if (here) this.element.querySelector<HTMLElement>('input, .wrong, [tabindex]')?.focus();
  }

  #say(rating: Rating, text = ''): void {
    if (this.#line) this.rate(this.#line, rating, text);
  }

  #thumb(rating: 'up' | 'down'): HTMLButtonElement {
    return el('button', {
      type: 'button',
      class: 'thumb',
      'aria-label': this.texts[rating],
      click: () => this.#say(rating),
    }, icon(THUMB));
  }

  #report(): HTMLFormElement {
    return el(
      'form',
      {
        class: 'report',
        submit: (event) => {
          event.preventDefault();
          this.#say('wrong', this.#box.value.trim());
        },
        keydown: (event) => {
          if ((event as KeyboardEvent).key !== 'Escape') return;
          event.stopPropagation(); // it closes this, and not the chat
          this.#choose();
        },
      },
      this.#box,
      el('button', { type: 'submit' }, this.texts.report),
    );
  }
}
