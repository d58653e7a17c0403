"""How long vectors take, and what the event loop feels of it.

Sentences of 10 to 20 tokens, one caller after the other, then as many as come; the lag is how much
later than asked a timer of 1 ms comes back, without and with embedding going on beside it.

    .venv/bin/python -m bench.embeddings
    .venv/bin/python -m bench.embeddings --kind onnx --quantisation int8 --store DATA/models
"""

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from msgspec.structs import replace

from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options

GOAL_MS = 5.0
TICK = 0.001
TEXT = (
    "my lantern arrived broken and the box was open when will the money come back to my card "
    "please tell me who can change the address of an order that has been sent already"
)


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def sentences(count: int) -> list[str]:
    """All different, so that none is found in the cache."""
    made, words = [], TEXT.split() * 2
    for number in range(count):
        start, length = number % (len(words) // 2), 9 + number % 9
        made.append(" ".join([*words[start : start + length], str(number)]))
    return made


async def lags(work: Awaitable[object]) -> list[float]:
    """Milliseconds that the loop was late while the work went on."""
    done = asyncio.ensure_future(work)
    late = []
    while not done.done():
        before = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - before - TICK) * 1000)
    await done
    return late


async def one_by_one(embeddings: Embeddings, texts: list[str]) -> list[float]:
    took = []
    for text in texts:
        before = time.perf_counter()
        await embeddings.embed([text])
        took.append((time.perf_counter() - before) * 1000)
    return took


async def measured(options: Options, count: int, say: Callable[[str], None]) -> None:
    began = time.perf_counter()
    embeddings = Embeddings(options)
    if problem := await embeddings.ready():
        sys.exit(problem)
    loaded = time.perf_counter() - began
    texts = sentences(2 * count)
    spent = time.process_time()
    took = await one_by_one(embeddings, texts[:count])
    spent = (time.process_time() - spent) / count * 1000
    idle = await lags(asyncio.sleep(2.0))
    before = time.perf_counter()
    busy = await lags(embeddings.embed(texts[count:]))
    rate = count / (time.perf_counter() - before)
    again = await one_by_one(embeddings, texts[-100:])
    quiet = percentile(idle, 99)
    lag, memory = percentile(busy, 99), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"model            {embeddings.key}")
    say(f"kind             {embeddings.found().kind}")
    say(f"ready in         {loaded:.2f} s, {memory:.0f} MiB at most")
    say(f"one sentence     p50 {percentile(took, 50):.1f} ms, p95 {percentile(took, 95):.1f} ms")
    say(f"processor time   {spent:.1f} ms a sentence (the steadiest figure on a busy machine)")
    say(f"seen before      p50 {percentile(again, 50):.3f} ms")
    say(f"sentences        {rate:.0f} a second, one thread")
    say(f"loop lag, idle   p99 {quiet:.1f} ms")
    met = "met" if lag <= GOAL_MS else "NOT met"
    say(f"loop lag, busy   p99 {lag:.1f} ms (goal {GOAL_MS:g}: {met}), worst {max(busy):.1f} ms")
    say(f"busy to idle     p99 {lag / quiet:.1f} times")
    embeddings.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="How long vectors take.")
    parser.add_argument("--kind", default="auto")
    parser.add_argument("--quantisation", default="fp32", choices=["fp32", "int8"])
    parser.add_argument("--store", type=Path, default=Path("hitl-chat-data/models"))
    parser.add_argument("--count", type=int, default=300)
    given = parser.parse_args()
    options = replace(
        Options(store=given.store, timeout=60.0), kind=given.kind, quantisation=given.quantisation
    )
    uvloop.run(measured(options, given.count, print))


if __name__ == "__main__":
    main()
