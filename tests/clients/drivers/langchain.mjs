// LangChain JS's ChatOpenAI: messages, tools and structured output.

import { ChatOpenAI } from "@langchain/openai";

const connect = ({ base_url, api_key, scenario, fetch }) =>
  new ChatOpenAI({
    model: scenario.model,
    apiKey: api_key,
    maxRetries: scenario.max_retries,
    timeout: scenario.timeout ? scenario.timeout * 1000 : undefined,
    configuration: { baseURL: base_url, defaultHeaders: scenario.headers, fetch },
    __includeRawResponse: true,
  });

const noteHitl = (message, result) => {
  const raw = message.additional_kwargs?.__raw_response;
  if (raw?.hitl !== undefined) (result.raw_hitl ??= []).push(raw.hitl);
};

function read(message, result) {
  result.text = message.text;
  result.finish_reason = message.response_metadata.finish_reason ?? null;
  result.refusal = message.additional_kwargs.refusal ?? null;
  result.tool_calls = [...(message.tool_calls ?? []), ...(message.invalid_tool_calls ?? [])]
    .map(({ name, args }) => ({ name, arguments: args }));
  const usage = message.usage_metadata;
  result.usage = usage ? { total_tokens: usage.total_tokens } : null;
}

/** Chunks are joined with `concat`, as its documentation has it. */
async function addUp(stream, result) {
  let whole;
  for await (const part of stream) {
    result.chunks += 1;
    noteHitl(part, result);
    whole = whole === undefined ? part : whole.concat(part);
  }
  return whole;
}

async function playStructured(model, { messages, response_format, stream }, result) {
  const { name, schema } = response_format.json_schema;
  const structured = model.withStructuredOutput(schema, {
    name,
    method: "jsonSchema",
    includeRaw: true,
  });
  let answer = {};
  if (stream) {
    // The parts are parsed values; what came over the wire is seen by a callback only.
    const handleLLMNewToken = (...seen) => noteHitl(seen[5].chunk.message, result);
    const callbacks = [{ handleLLMNewToken }];
    for await (const part of await structured.stream(messages, { callbacks })) {
      result.chunks += 1;
      answer = { ...answer, ...part };
    }
  } else {
    answer = await structured.invoke(messages);
    noteHitl(answer.raw, result);
  }
  read(answer.raw, result);
  result.parsed = answer.parsed;
}

export async function play(job, result) {
  const { scenario } = job;
  const { messages, tools } = scenario;
  let model = connect(job);
  if (scenario.response_format) return await playStructured(model, scenario, result);
  if (tools.length) model = model.bindTools(tools);
  if (scenario.stream) {
    read(await addUp(await model.stream(messages), result), result);
  } else {
    const message = await model.invoke(messages);
    noteHitl(message, result);
    read(message, result);
  }
}
