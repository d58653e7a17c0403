/** What pages beside the console have in common: a head, a door, a dialog, and how they begin. */
import { effect } from '@preact/signals';
import { type ComponentChildren, type JSX, render } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import './base.css';
import './frame.css';
import './door.css';
import { say, speak, tag } from '../text/say.ts';
import { type Page, Pages } from './pages.tsx';
import type { Standing } from './standing.ts';

/** Shows a page in the browser's language, under its title. */
export async function begin(page: JSX.Element, title: () => string): Promise<void> {
  const root = document.getElementById('app');
  if (!root) throw new Error('the page has no element with the id "app"');
  await speak(navigator.languages);
  effect(() => {
    document.documentElement.lang = tag.value;
    document.title = `${title()}: hitl-chat`;
  });
  render(page, root);
}

/** Looks again and again, and at once when somebody comes back to the page. */
export async function again(look: () => Promise<void>, every: number): Promise<never> {
  document.addEventListener('visibilitychange', () => void look());
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, every));
    await look().catch(reportError); // one failure does not end it
  }
}

interface HeadProps {
  readonly here: Page;
  readonly may: readonly string[];
  readonly children?: ComponentChildren;
}

export function Head({ here, may, children }: HeadProps) {
  return (
    <header class='top'>
      <h1>hitl-chat</h1>
      <Pages here={here} may={may} />
      {children}
    </header>
  );
}

/** Whether what is shown is true now. */
export function Stands({ standing, lost }: { standing: Standing; lost?: string }) {
  const texts = say.value.header.standing;
  return (
    <p class={`standing ${standing}`} role='status'>
      {standing === 'lost' ? lost ?? texts.lost : texts[standing]}
    </p>
  );
}

interface ShutProps {
  readonly standing: 'signed_out' | 'not_allowed';
  /** What to say to those who are signed in, and for whom the page is not. */
  readonly title: string;
  readonly why: string;
}

/** Instead of a page, for those for whom it is not. */
export function Shut({ standing, title, why }: ShutProps) {
  const { app, header } = say.value;
  const out = standing === 'signed_out';
  return (
    <main class='door'>
      <h1>{out ? app.signedOut : title}</h1>
      {!out && <p>{why}</p>}
      <a class='button main' href={out ? '/sign-in' : '/console/'}>
        {out ? app.signIn : header.console}
      </a>
    </main>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog while it is there; Escape and whatever closes it call `onClose`. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => { // at once: the next key belongs to it
    const here = dialog.current;
    const before = document.activeElement;
    here?.showModal();
    return () => {
      here?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby='dialog-title'
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id='dialog-title'>{title}</h2>
      {children}
    </dialog>
  );
}
