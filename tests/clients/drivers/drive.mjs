// Plays a work list with the Node clients: jobs in on stdin, a JSON line out for each.
//
// The twin of drive.py (same shapes, see contract.py). Owns the pipe and the report of what a
// client threw; how a client is called is known only to the module beside this one.

import * as aiSdk from "./ai_sdk.mjs";
import * as langchain from "./langchain.mjs";
import * as naive from "./naive.mjs";
import * as openaiSdk from "./openai_sdk.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const PLAYERS = {
  "openai-node": openaiSdk.play,
  "openai-node-helper": openaiSdk.playWithHelper,
  "openai-node-naive": naive.playSdkLoop,
  "fetch-naive": naive.playLineLoop,
  "ai-sdk-openai": aiSdk.playOpenAI,
  "ai-sdk-openai-raw": aiSdk.playRawChunks,
  "ai-sdk-compatible": aiSdk.playCompatible,
  "langchain-js": langchain.play,
};

const newResult = () => ({
  text: "",
  chunks: 0,
  finish_reason: null,
  tool_calls: [],
  parsed: null,
  refusal: null,
  usage: null,
  raw_hitl: null,
  requests: null,
  error: null,
});

/** The client's own fetch, counting what it sends. */
const countingFetch = (result) => (...request) => {
  result.requests = (result.requests ?? 0) + 1;
  return fetch(...request);
};

const describe = (error) => ({
  type: error?.name === "Error" ? error.constructor.name : error?.name ?? typeof error,
  message: String(error?.message ?? error).slice(0, 500),
  status: error?.status ?? error?.statusCode ?? error?.lastError?.statusCode ?? null,
});

const guard = (seconds) =>
  new Promise((_, reject) => {
    const giveUp = () => reject(new DOMException(`no end after ${seconds} s`, "TimeoutError"));
    setTimeout(giveUp, seconds * 1000).unref();
  });

async function report(number, job) {
  const result = newResult();
  try {
    const played = PLAYERS[job.client]({ ...job, fetch: countingFetch(result) }, result);
    await Promise.race([played, guard(job.guard)]);
  } catch (error) {
    result.error = describe(error);
  }
  process.stdout.write(JSON.stringify({ job: number, result }) + "\n");
}

const input = [];
for await (const piece of process.stdin) input.push(piece);
const jobs = [...JSON.parse(Buffer.concat(input)).entries()];
// Jobs with a timer of their own come last, so that the others' load does not trip it.
for (const timed of [false, true]) {
  const lot = jobs.filter(([, job]) => (job.scenario.timeout !== null) === timed);
  await Promise.all(lot.map(([number, job]) => report(number, job)));
}
process.exit(0); // a client's idle connections would keep the process alive
