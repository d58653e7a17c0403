"""A customer with an unchanged OpenAI client: asks, and reads what streams in."""

import asyncio

import httpx
from openai import AsyncOpenAI, OpenAIError

from hitl_chat.demo.stage import MODEL


class Customer:
    def __init__(self, base: str, key: str, conversation: str, question: str) -> None:
        self._client = AsyncOpenAI(base_url=f"{base}/v1", api_key=key, max_retries=5)
        self._base, self._key = base, key
        self._conversation, self._question = conversation, question
        self.text = ""
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
        async with httpx.AsyncClient(headers={"authorization": f"Bearer {self._key}"}) as client:
            found = await client.get(f"{self._base}/v1/holds/{hold}")
        return str(found.raise_for_status().json()["text"])

    async def _read(self) -> None:
        """An answer that breaks off is asked for again, as any client would."""
        while not self.finish:
            self.text = ""
            try:
                await self._stream()
            except (OpenAIError, httpx.HTTPError):  # a stream cut in the middle is httpx's word
                self.broken.append(self.text)
                await asyncio.sleep(0.2)

    async def _stream(self) -> None:
        stream = await self._client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": self._question}],
            stream=True,
            extra_headers={"x-hitl-conversation-id": self._conversation},
        )
        async for chunk in stream:
            hitl = (chunk.model_extra or {}).get("hitl") or {}
            self.states.append(hitl.get("state", ""))
            for choice in chunk.choices:
                self.text += choice.delta.content or ""
                self.finish = choice.finish_reason or self.finish
