"""What checks may use where no server runs: the configured models, asked from here.

The same parts as a program's, made for as long as one command lasts.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from hitl_chat.app import parts
from hitl_chat.app.means import Provided, means
from hitl_chat.models.asker import ModelAsker
from hitl_chat.models.http import Connections
from hitl_chat.runner.catalogue import Catalogue
from hitl_chat.settings import Settings


@asynccontextmanager
async def apart(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Provided]:
    """Close to what the server has: the same models, prompts and embeddings."""
    async with AsyncExitStack() as stack:
        most = settings.limits.upstream_connections
        connections = Connections(connect=settings.waits.connect, most=most)
        stack.push_async_callback(connections.close)
        catalogue = Catalogue(parts.models(settings, environ, connections))
        stack.push_async_callback(catalogue.close)
        found = means(settings)
        stack.push_async_callback(found.close)
        found.asker = ModelAsker(catalogue.find)
        await parts.prepare(settings)
        yield found
