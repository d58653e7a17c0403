/** The made-up shop around the widget: its examples are questions. */
import '../shared/base.css';
import './main.css';

interface Widget extends HTMLElement {
  ask(text: string): void;
}

const widget = document.querySelector<Widget>('hitl-chat');
for (
  const button of document.querySelectorAll<HTMLButtonElement>(
    '.examples button',
  )
) {
  button.addEventListener('click', () => widget?.ask(button.textContent ?? ''));
}
