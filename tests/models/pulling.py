"""What a model pushes, pulled: for tests that look at an answer batch by batch."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from hitl_chat.ports import Chunk, Model, ModelCall


async def pulled(model: Model, call: ModelCall) -> AsyncGenerator[Sequence[Chunk], None]:
    """The model waits while a batch is looked at; closing the generator cancels the call."""
    given: asyncio.Queue[tuple[Sequence[Chunk], asyncio.Future[None]] | None] = asyncio.Queue()

    def take(batch: Sequence[Chunk]) -> asyncio.Future[None]:
        looked_at = asyncio.get_running_loop().create_future()
        given.put_nowait((batch, looked_at))
        return looked_at

    async def ask() -> None:
        try:
            await model.answer(call, take)
        finally:
            given.put_nowait(None)

    asking = asyncio.create_task(ask())
    try:
        while one := await given.get():
            batch, looked_at = one
            yield batch
            looked_at.set_result(None)
        await asking
    finally:
        asking.cancel()
        await asyncio.wait([asking])
