// The openai package for Node, called plainly and through its stream and parse helpers.

import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { fromJSONSchema } from "zod";

export const connect = ({ base_url, api_key, scenario, fetch }) =>
  new OpenAI({
    baseURL: base_url,
    apiKey: api_key,
    defaultHeaders: scenario.headers,
    maxRetries: scenario.max_retries,
    timeout: scenario.timeout ? scenario.timeout * 1000 : undefined,
    fetch,
  });

/** The request's fields; those the scenario leaves out are not sent. */
export const requestOf = ({ model, messages, tools, response_format }) => ({
  model,
  messages,
  ...(tools.length ? { tools } : {}),
  ...(response_format ? { response_format } : {}),
});

export const parseArguments = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export const noteHitl = (part, result) => {
  if (part.hitl !== undefined) (result.raw_hitl ??= []).push(part.hitl);
};

const usageOf = (answer) => answer.usage ? { total_tokens: answer.usage.total_tokens } : null;

const toToolCall = ({ function: { name, arguments: text } }) => ({
  name,
  arguments: parseArguments(text),
});

/** Tool calls arrive in parts, told apart by their index. */
function addToolCallParts(calls, delta) {
  for (const { index, function: { name, arguments: text } } of delta.tool_calls ?? []) {
    const call = (calls[index] ??= { function: { name: "", arguments: "" } }).function;
    call.name += name ?? "";
    call.arguments += text ?? "";
  }
}

async function readStream(stream, result) {
  const calls = [];
  for await (const chunk of stream) {
    result.chunks += 1;
    noteHitl(chunk, result);
    result.usage = usageOf(chunk) ?? result.usage;
    for (const { delta, finish_reason } of chunk.choices) {
      result.text += delta.content ?? "";
      if (delta.refusal) result.refusal = (result.refusal ?? "") + delta.refusal;
      addToolCallParts(calls, delta);
      result.finish_reason = finish_reason ?? result.finish_reason;
    }
  }
  result.tool_calls = calls.map(toToolCall);
}

function readCompletion(completion, result) {
  const { message, finish_reason } = completion.choices[0];
  result.text = message.content ?? "";
  result.finish_reason = finish_reason;
  result.refusal = message.refusal ?? null;
  result.usage = usageOf(completion);
  result.tool_calls = (message.tool_calls ?? []).map(toToolCall);
  result.parsed = message.parsed ?? null;
}

export async function play(job, result) {
  const create = connect(job).chat.completions;
  const request = requestOf(job.scenario);
  if (job.scenario.stream) {
    await readStream(await create.create({ ...request, stream: true }), result);
    return;
  }
  const completion = await create.create(request);
  noteHitl(completion, result);
  readCompletion(completion, result);
}

const helperRequest = (scenario) => {
  const request = requestOf(scenario);
  if (scenario.response_format) {
    const { name, schema } = scenario.response_format.json_schema;
    request.response_format = zodResponseFormat(fromJSONSchema(schema), name);
  }
  return request;
};

/** `.stream()` and `.parse()`: they accumulate, and check what they accumulate. */
export async function playWithHelper(job, result) {
  const { completions } = connect(job).chat;
  const request = helperRequest(job.scenario);
  if (!job.scenario.stream) {
    const completion = await completions.parse(request);
    noteHitl(completion, result);
    readCompletion(completion, result);
    return;
  }
  const stream = completions.stream(request);
  for await (const chunk of stream) {
    result.chunks += 1;
    noteHitl(chunk, result);
  }
  readCompletion(await stream.finalChatCompletion(), result);
}
