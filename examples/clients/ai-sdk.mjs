// A chat in the terminal with the Vercel AI SDK: its OpenAI-compatible provider and a base URL.
//
//   npm install ai @ai-sdk/openai-compatible
//   OPENAI_BASE_URL=http://127.0.0.1:8700/v1 OPENAI_API_KEY=hk_... node ai-sdk.mjs \
//     "My lantern arrived broken. What now?"
//
// Several questions are one conversation. What `note` does is optional: it needs raw chunks, and
// without it the same text appears at the same time.
import { randomUUID } from 'node:crypto';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';

const provider = createOpenAICompatible({
  name: 'hitl-chat',
  baseURL: process.env.OPENAI_BASE_URL ?? 'http://127.0.0.1:8700/v1',
  apiKey: process.env.OPENAI_API_KEY,
  headers: { 'x-hitl-conversation-id': `terminal-${randomUUID()}` },
});
const questions = process.argv.slice(2);
if (questions.length === 0) questions.push('My lantern arrived broken. What now?');

/** Say on the side why nothing comes, and who is writing; each thing once. */
function note(hitl, shown) {
  const told = {
    held: hitl.notice,
    human: hitl.agent && `${hitl.agent.display} is here.`,
    corrected: 'The answer above was withdrawn.',
  }[hitl.state];
  if (!told || shown.has(told)) return;
  shown.add(told);
  process.stderr.write(`\n  (${told})\n`);
}

const messages = [];
for (const content of questions) {
  messages.push({ role: 'user', content });
  const model = provider(process.env.MODEL ?? 'wick-1');
  const answer = streamText({ model, messages, includeRawChunks: true });
  const shown = new Set();
  for await (const part of answer.fullStream) {
    if (part.type === 'raw' && part.rawValue?.hitl) note(part.rawValue.hitl, shown);
    if (part.type === 'text-delta') process.stdout.write(part.text);
    if (part.type === 'error') throw part.error;
  }
  process.stdout.write('\n');
  messages.push({ role: 'assistant', content: await answer.text });
}
