"""A customer with an unchanged OpenAI client: asks, and reads what streams in.

The shop's instructions, which say what it promises, go with every question.
"""

import asyncio
from typing import Any

import httpx
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

from hitl_chat import assets
from hitl_chat.demo.stage import MODEL, Scene

Messages = list[Any]  # as the API takes them, of any role


def instructions() -> dict[str, str]:
    """What the shop's own program tells its assistant before every question."""
    text = (assets.examples() / "demo" / "instructions.md").read_text("utf-8")
    return {"role": "system", "content": text}


def asked(scene: Scene) -> Messages:
    """The question, and what was looked up for it."""
    said: Messages = [instructions(), {"role": "user", "content": scene.question}]
    if not scene.looked_up:
        return said
    function = {"name": "find_order", "arguments": "{}"}
    call = {"id": "call_1", "type": "function", "function": function}
    result = {"role": "tool", "tool_call_id": "call_1", "content": scene.looked_up}
    return [*said, {"role": "assistant", "content": None, "tool_calls": [call]}, result]


class Customer:
    def __init__(self, base: str, key: str, scene: Scene, conversation: str = "") -> None:
        # Here nothing goes through a proxy of the environment: it is all on this machine.
        self._client = AsyncOpenAI(
            base_url=f"{base}/v1",
            api_key=key,
            max_retries=5,
            http_client=DefaultAsyncHttpxClient(trust_env=False),
        )
        self._base, self._key = base, key
        self._conversation = conversation or scene.conversation
        self._messages, self._with = asked(scene), scene.with_
        self.text = ""
        self.calls = ""  # names and arguments of the tools that are called
        self.broken: list[str] = []  # what answers had said that broke off
        self.states: list[str] = []
        self.finish = ""
        self.reading: asyncio.Task[None] | None = None

    def ask(self) -> None:
        self.reading = asyncio.create_task(self._read())

    async def answer(self) -> str:
        """The whole answer."""
        if self.reading is None:
            self.ask()
        if self.reading is not None:
            await self.reading
        await self._client.close()
        return self.text

    async def decided(self, hold: str) -> str:
        """The whole answer, as the customer's own server may ask for it."""
        key = {"authorization": f"Bearer {self._key}"}
        async with httpx.AsyncClient(headers=key, trust_env=False) as client:
            found = await client.get(f"{self._base}/v1/holds/{hold}")
        return str(found.raise_for_status().json()["text"])

    async def _read(self) -> None:
        """An answer that breaks off is asked for again, as any client would."""
        while not self.finish:
            self.text = self.calls = ""
            try:
                await self._stream()
            except (OpenAIError, httpx.HTTPError):  # a stream cut in the middle is httpx's word
                self.broken.append(self.text)
                await asyncio.sleep(0.2)

    async def _stream(self) -> None:
        stream = await self._client.chat.completions.create(
            model=MODEL,
            messages=self._messages,
            stream=True,
            extra_headers={"x-hitl-conversation-id": self._conversation},
            extra_body=self._with,
        )
        async for chunk in stream:
            hitl = (chunk.model_extra or {}).get("hitl") or {}
            self.states.append(hitl.get("state", ""))
            for choice in chunk.choices:
                self.text += choice.delta.content or ""
                self.calls += "".join(map(_called, choice.delta.tool_calls or ()))
                self.finish = choice.finish_reason or self.finish


def _called(part: ChoiceDeltaToolCall) -> str:
    function = part.function
    return f"{function.name or ''}{function.arguments or ''}" if function else ""
