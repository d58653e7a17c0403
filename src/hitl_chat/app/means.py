"""What the checks of one program may use: embeddings, models, prompts, the folder of the rules.

Made before the rules are read, since checks are built with them. A part that no check of the
rules asks for is never begun.
"""

import asyncio
from pathlib import Path

from hitl_chat import assets
from hitl_chat.checks.means import NOTHING
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options
from hitl_chat.models.rendering import Rendering
from hitl_chat.ports import Asker
from hitl_chat.settings import Settings

MODELS = "models"  # in the data folder: what was fetched or exported


def embedding_options(settings: Settings) -> Options:
    about = settings.embeddings
    return Options(
        store=Path(settings.data) / MODELS,
        model=about.model,
        path=Path(about.path) if about.path else None,
        kind=about.kind,
        quantisation=about.quantisation,
        digest=about.digest,
        cache=about.cache,
        timeout=about.timeout,
        waiting=about.waiting,
    )


class Provided:
    """`ports.Means`. `asker` may be set until the program starts."""

    asker: Asker = NOTHING

    def __init__(self, folder: Path, embeddings: Embeddings, prompts: Rendering) -> None:
        self.folder, self.prompts = folder, prompts
        self.wanted = False  # did a check of the rules ask for embeddings?
        self._embeddings = embeddings
        self._running = False

    @property
    def embedder(self) -> Embeddings:
        """Whoever takes it will want it: from the start on, loading begins at once."""
        self.wanted = True
        if self._running:
            self._embeddings.warm()
        return self._embeddings

    async def start(self) -> None:
        """Loads what the rules want, before the first request; its worker logs what is missing."""
        self._running = True
        if self.wanted:
            await self._embeddings.ready()

    async def close(self) -> None:
        await asyncio.to_thread(self._embeddings.close)
        await self.prompts.close()


def means(settings: Settings) -> Provided:
    folder = Path(settings.rules).parent
    prompts = Rendering(folder, assets.prompts())
    return Provided(folder, Embeddings(embedding_options(settings)), prompts)
