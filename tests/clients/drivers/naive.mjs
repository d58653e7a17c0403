// Programs people really write: nothing is guarded, nothing but the text is looked at.

import { connect, noteHitl, requestOf } from "./openai_sdk.mjs";

/** The loop of every tutorial, around the openai package. */
export async function playSdkLoop(job, result) {
  const { completions } = connect(job).chat;
  const request = requestOf(job.scenario);
  if (!job.scenario.stream) {
    const completion = await completions.create(request);
    result.text = completion.choices[0].message.content;
    noteHitl(completion, result);
    return;
  }
  for await (const chunk of await completions.create({ ...request, stream: true })) {
    result.text += chunk.choices[0].delta.content || "";
    result.chunks += 1;
    noteHitl(chunk, result);
  }
}

/** No library at all: every line is an event, every event is `data: `. */
export async function playLineLoop({ base_url, api_key, scenario, fetch }, result) {
  const answer = await fetch(`${base_url}/chat/completions`, {
    method: "POST",
    headers: {
      "Authorization": `Bearer ${api_key}`,
      "Content-Type": "application/json",
      ...scenario.headers,
    },
    body: JSON.stringify({ ...requestOf(scenario), stream: scenario.stream }),
  });
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status });
  if (!scenario.stream) {
    result.text = (await answer.json()).choices[0].message.content;
    return;
  }
  let rest = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
      result.text += JSON.parse(line.slice(6)).choices[0].delta.content ?? "";
      result.chunks += 1;
    }
  }
}
