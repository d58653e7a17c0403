// A chat in the terminal: the openai package, its base URL and nothing else.
//
//   npm install openai
//   OPENAI_BASE_URL=http://127.0.0.1:8700/v1 OPENAI_API_KEY=hk_... node node.mjs \
//     "My lantern arrived broken. What now?"
//
// Several questions are one conversation. What `note` does is optional: without it the same text
// appears at the same time.
import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';

const client = new OpenAI();
const headers = { 'x-hitl-conversation-id': `terminal-${randomUUID()}` };
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
  const model = process.env.MODEL ?? 'wick-1';
  const stream = await client.chat.completions.create({ model, messages, stream: true }, { headers });
  const shown = new Set();
  let answer = '';
  for await (const chunk of stream) {
    if (chunk.hitl) note(chunk.hitl, shown);
    const text = chunk.choices[0]?.delta.content ?? '';
    answer += text;
    process.stdout.write(text);
  }
  process.stdout.write('\n');
  messages.push({ role: 'assistant', content: answer });
}
