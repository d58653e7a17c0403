// The Vercel AI SDK, on its OpenAI and its OpenAI-compatible provider.
//
// Raw chunks are asked for by a player of their own: any raw chunk resets the chunk timer, so
// with them the frames' own effect on that timer could not be seen.

import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, jsonSchema, Output, streamText, tool } from "ai";

const toTools = (tools) =>
  Object.fromEntries(tools.map(({ function: { name, description, parameters } }) => [
    name,
    tool({ description, inputSchema: jsonSchema(parameters) }),
  ]));

const toOutput = ({ json_schema: { name, schema } }) =>
  Output.object({ name, schema: jsonSchema(schema) });

const callOf = ({ messages, tools, response_format, timeout, max_retries, stream }, model) => ({
  model,
  messages,
  maxRetries: max_retries,
  ...(tools.length ? { tools: toTools(tools) } : {}),
  ...(response_format ? { output: toOutput(response_format) } : {}),
  ...(timeout && stream ? { timeout: { chunkMs: timeout * 1000 } } : {}),
});

const noteHitl = (raw, result) => {
  if (raw?.hitl !== undefined) (result.raw_hitl ??= []).push(raw.hitl);
};

async function readStream(call, result) {
  let failure;
  const answer = streamText({ ...call, onError: ({ error }) => failure ??= error });
  for await (const part of answer.fullStream) {
    result.chunks += 1;
    if (part.type === "raw") noteHitl(part.rawValue, result);
    if (part.type === "abort") failure ??= new Error(`aborted: ${part.reason}`);
  }
  if (failure) throw failure;
  return answer;
}

async function readAnswer(call, result) {
  const answer = await generateText(call);
  if (call.includeRawChunks) noteHitl(answer.response.body, result);
  return answer;
}

async function play(model, { scenario }, result, includeRawChunks = false) {
  const call = { ...callOf(scenario, model), includeRawChunks };
  const answer = await (scenario.stream ? readStream : readAnswer)(call, result);
  result.text = await answer.text;
  result.finish_reason = (await answer.finishReason).replaceAll("-", "_");
  result.tool_calls = (await answer.toolCalls).map(({ toolName, input }) => ({
    name: toolName,
    arguments: input,
  }));
  result.usage = { total_tokens: (await answer.usage).totalTokens };
  if (scenario.response_format) result.parsed = await answer.output;
}

const providerOf = ({ base_url, api_key, scenario, fetch }) => ({
  baseURL: base_url,
  apiKey: api_key,
  headers: scenario.headers,
  fetch,
});

export const playOpenAI = (job, result) =>
  play(createOpenAI(providerOf(job)).chat(job.scenario.model), job, result);

export const playRawChunks = (job, result) =>
  play(createOpenAI(providerOf(job)).chat(job.scenario.model), job, result, true);

export const playCompatible = (job, result) => {
  const provider = createOpenAICompatible({
    name: "hitl",
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...providerOf(job),
  });
  return play(provider(job.scenario.model), job, result);
};
