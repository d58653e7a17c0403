/** The lines of a talk as elements; each changes as its line does, and keeps what is in it. */
import { el } from './dom.ts';
import { Opinion, type Rate } from './rating.ts';
import type { Line, Talk } from './talk.ts';
import { named, type Texts } from './texts.ts';

export class Lines {
  #shown: Said[] = [];

  constructor(
    readonly element: HTMLElement,
    readonly texts: Texts,
    readonly rate: Rate,
    readonly retry: () => void,
  ) {}

  show(talk: Talk): void {
    const waits = talk.queued.map((text): Line => ({ author: 'customer', text }));
    const lines = [...talk.lines, ...waits];
    this.#shown.splice(lines.length).forEach(({ element }) => element.remove());
    const answered = lines.findLastIndex((line) => line.author === 'customer');
    lines.forEach((line, at) => {
      const said = this.#said(this.#shown[at], line);
      said.show(line, !talk.asking || at < answered);
      said.offer(line.notice === 'problem' && line === lines.at(-1), this.retry);
      this.#shown[at] = said;
    });
    this.element.ariaBusy = String(talk.asking);
  }

  #said(old: Said | undefined, line: Line): Said {
    if (old?.is(line)) return old;
    const said = new Said(line, this.texts, this.rate);
    if (old) old.element.replaceWith(said.element);
    else this.element.append(said.element);
    return said;
  }
}

/** One line. */
class Said {
  readonly element: HTMLElement;
  readonly #words = el('bdi', { class: 'words', dir: 'auto' });
  readonly #note = el('p', { class: 'note' });
  #opinion: Opinion | undefined;
  #again: HTMLElement | undefined;

  constructor(readonly line: Line, readonly texts: Texts, readonly rate: Rate) {
    const { author, name } = line;
    const by = author === 'person' && name ? [el('p', { class: 'name' }, name)] : [];
    this.element = el('div', { class: `said ${author}` }, ...by, this.#words);
  }

  is(line: Line): boolean {
    return whose(line) === whose(this.line);
  }

  /** `done`: all of it is there. */
  show(line: Line, done: boolean): void {
    write(this.#words, this.#said(line));
    write(this.#note, line.note ? this.texts[line.note] : '');
    if (line.note && !this.#note.parentNode) this.#words.after(this.#note);
    if (!done || !(line.delivery || line.message)) return this.#opinion?.element.remove();
    this.#opinion ??= new Opinion(this.texts, this.rate);
    this.#opinion.show(line);
    if (!this.#opinion.element.parentNode) this.element.append(this.#opinion.element);
  }

  /** To ask once more. */
  offer(is: boolean, retry: () => void): void {
    if (is) this.#again ??= el('button', { type: 'button', click: retry }, this.texts.retry);
    if (!is) this.#again?.remove();
    else if (this.#again && !this.#again.parentNode) this.element.append(this.#again);
  }

  #said({ notice, name, text }: Line): string {
    if (notice === 'problem') return text || this.texts.problem;
    return notice ? named(this.texts[notice], name || this.texts.colleague) : text;
  }
}

/** By whom a line is, and which: what is the same stays where it is. */
function whose({ author, name, message, notice }: Line): string {
  return `${[author, name, message, notice]}`;
}

/** Only what is new: who reads, or has marked something, is not disturbed. */
function write(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}
