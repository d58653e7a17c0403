/** The lines of a talk as elements; a line that is as it was keeps its element, and what is in it. */
import { el, icon } from './dom.ts';
import type { Line, Talk } from './talk.ts';
import type { Texts } from './texts.ts';
import type { Rating } from './wire.ts';

const UP = 'M7 11v9H4v-9zM9 20V10l4-7a2 2 0 0 1 2 2v4h5a2 2 0 0 1 2 2l-2 7a2 2 0 0 1-2 2z';
const DOWN = 'M17 13V4h3v9zM15 4v10l-4 7a2 2 0 0 1-2-2v-4H4a2 2 0 0 1-2-2l2-7a2 2 0 0 1 2-2z';

export type Rate = (line: Line, rating: Rating, text: string) => void;

interface Shown {
  readonly line: Line;
  readonly done: boolean;
  readonly element: HTMLElement;
}

export class Lines {
  #shown: Shown[] = [];

  constructor(
    readonly element: HTMLElement,
    readonly texts: Texts,
    readonly rate: Rate,
  ) {}

  show(talk: Talk): void {
    const waits = talk.queued.map((text): Line => ({
      author: 'customer',
      text,
    }));
    const lines = [...talk.lines, ...waits];
    this.#shown.splice(lines.length).forEach(({ element }) => element.remove());
    const answered = lines.findLastIndex((line) => line.author === 'customer');
    lines.forEach((line, at) => {
      const done = !talk.asking || at < answered;
      this.#shown[at] = this.#update(this.#shown[at], line, done);
    });
    this.element.ariaBusy = String(talk.asking);
  }

  #update(old: Shown | undefined, line: Line, done: boolean): Shown {
    if (old?.line === line && old.done === done) return old;
    if (old && !done && !old.done && grown(old.line, line)) {
      const words = old.element.querySelector('.words');
      if (words) words.textContent = line.text;
      return { line, done, element: old.element };
    }
    const element = this.#element(line, done);
    if (old) old.element.replaceWith(element);
    else this.element.append(element);
    return { line, done, element };
  }

  #element(line: Line, done: boolean): HTMLElement {
    const made = el('div', { class: `said ${line.author}` });
    if (line.author === 'person' && line.name) {
      made.append(el('p', { class: 'name' }, line.name));
    }
    made.append(el('bdi', { class: 'words', dir: 'auto' }, this.#words(line)));
    if (line.note) {
      made.append(el('p', { class: 'note' }, this.texts[line.note]));
    }
    if (done && (line.delivery || line.message)) {
      made.append(this.#rating(line));
    }
    return made;
  }

  #words({ notice, name = '', text }: Line): string {
    if (notice === 'problem') return text || this.texts.problem;
    return notice ? this.texts[notice](name) : text;
  }

  #rating(line: Line): HTMLElement {
    if (line.rating === 'wrong') {
      return el('p', { class: 'rating' }, this.texts.thanks);
    }
    const row = el('div', { class: 'rating' });
    const thumb = (rating: 'up' | 'down', path: string) =>
      el('button', {
        type: 'button',
        class: 'thumb',
        'aria-label': this.texts[rating],
        'aria-pressed': String(line.rating === rating),
        click: () => this.rate(line, rating, ''),
      }, icon(path));
    const wrong = el('button', {
      type: 'button',
      class: 'wrong',
      click: () => {
        const form = this.#report(line);
        row.replaceWith(form);
        form.querySelector('input')?.focus();
      },
    }, this.texts.wrong);
    row.append(thumb('up', UP), thumb('down', DOWN), wrong);
    return row;
  }

  #report(line: Line): HTMLFormElement {
    const input = el('input', {
      'aria-label': this.texts.what,
      placeholder: this.texts.what,
      maxlength: '1000',
      autocomplete: 'off',
    });
    return el(
      'form',
      {
        class: 'rating report',
        submit: (event) => {
          event.preventDefault();
          this.rate(line, 'wrong', input.value.trim());
        },
      },
      input,
      el('button', { type: 'submit' }, this.texts.report),
    );
  }
}

/** Only its text is another. */
function grown(old: Line, line: Line): boolean {
  return old.author === line.author && !line.notice && old.note === line.note &&
    old.message === line.message;
}
