/** Both sides of one conversation, and every byte between the shop and the server below them. */
import '../shared/base.css';
import './main.css';

const MOST = 400; // lines

interface Raw {
  readonly stream: 'answer' | 'events';
  readonly data: string;
}

const wire = document.querySelector('.wire ol');

function line({ stream, data }: Raw): HTMLLIElement {
  const item = document.createElement('li');
  const name = document.createElement('b');
  item.className = data.includes('"hitl"') || stream === 'events' ? `${stream} told` : stream;
  name.textContent = stream === 'answer' ? 'data:' : 'event:';
  item.append(name, ` ${data}`);
  return item;
}

document.querySelector('hitl-chat')?.addEventListener('hitl-raw', (event) => {
  if (!wire) return;
  wire.append(line((event as CustomEvent<Raw>).detail));
  while (wire.childElementCount > MOST) wire.firstElementChild?.remove();
  wire.scrollTop = wire.scrollHeight;
});
