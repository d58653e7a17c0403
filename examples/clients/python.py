"""A chat in the terminal: the openai package, its base URL and nothing else.

pip install openai
OPENAI_BASE_URL=http://127.0.0.1:8700/v1 OPENAI_API_KEY=hk_... python python.py \
    "My lantern arrived broken. What now?"

Several questions are one conversation. What `notes` does is optional: without it the same text
appears at the same time.
"""

import os
import sys
from uuid import uuid4

from openai import OpenAI

MODEL = os.environ.get("MODEL", "wick-1")


def notes(hitl: dict, shown: set) -> None:
    """Say on the side why nothing comes, and who is writing; each thing once."""
    agent = hitl.get("agent", {}).get("display")
    told = {
        "held": hitl.get("notice"),
        "human": f"{agent} is here." if agent else None,
        "corrected": "The answer above was withdrawn.",
    }.get(hitl.get("state", ""))
    if told and told not in shown:
        shown.add(told)
        print(f"\n  ({told})", file=sys.stderr, flush=True)


def main(questions: list) -> None:
    client = OpenAI()
    conversation = f"terminal-{uuid4()}"
    messages = []
    for question in questions:
        messages.append({"role": "user", "content": question})
        stream = client.chat.completions.create(
            model=MODEL,
            messages=messages,
            stream=True,
            extra_headers={"x-hitl-conversation-id": conversation},
        )
        answer, shown = "", set()
        for chunk in stream:
            notes((chunk.model_extra or {}).get("hitl") or {}, shown)
            text = chunk.choices[0].delta.content or "" if chunk.choices else ""
            answer += text
            print(text, end="", flush=True)
        print()
        messages.append({"role": "assistant", "content": answer})


if __name__ == "__main__":
    main(sys.argv[1:] or ["My lantern arrived broken. What now?"])
