import { signal } from '@preact/signals';
import { render } from 'preact';
import '../shared/base.css';
import './main.css';
import { asked, asking, type Chat, EMPTY, ended, heard, history, queued } from './chat.ts';
import { ask, good, type Pass, pass } from './stream.ts';
import { Shop } from './view.tsx';

const chat = signal<Chat>(EMPTY);
let busy = false;
let given: Pass | null = null;

async function send(text: string): Promise<void> {
  if (busy) {
    chat.value = queued(chat.value, text);
    return;
  }
  busy = true;
  chat.value = asked(chat.value, text);
  try {
    given = good(given, Date.now() / 1000) ? given : await pass();
    for await (const chunk of ask(given, history(chat.value))) {
      chat.value = heard(chat.value, chunk);
    }
    chat.value = ended(chat.value);
  } catch (problem) {
    chat.value = ended(chat.value, problem instanceof Error ? problem.message : String(problem));
  } finally {
    busy = false;
  }
  const next = asking(chat.value);
  chat.value = next.chat;
  if (next.text) void send(next.text);
}

const root = document.getElementById('app');
if (!root) throw new Error('shop.html has no element with the id "app"');
render(<Shop chat={chat} send={send} />, root);
