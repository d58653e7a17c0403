import { signal } from '@preact/signals';
import { render } from 'preact';
import './main.css';

const openHolds = signal(0);

function Console() {
  return (
    <main>
      <h1>hitl-chat</h1>
      <p role='status'>{openHolds} open holds</p>
    </main>
  );
}

const root = document.getElementById('app');
if (!root) {
  throw new Error('index.html has no element with the id "app" to render the console into');
}
render(<Console />, root);
