/** Defines `<hitl-chat>`; `README.md` has its attributes. */
import type { Talk } from './index.d.ts';

export class HitlChat extends HTMLElement {
  ask(text: string): void;
  get talk(): Talk | undefined;
  open(is?: boolean): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'hitl-chat': HitlChat;
  }
}
