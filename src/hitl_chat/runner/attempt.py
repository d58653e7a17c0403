"""One piece of work among many: where it fails it is logged, and keeps no other waiting."""

import logging
from collections.abc import Awaitable

from hitl_chat.errors import Conflict, HitlError

log = logging.getLogger(__name__)

LATER = "%s is looked at again later: %s"


async def attempted(
    what: str, work: Awaitable[object], unless: tuple[type[HitlError], ...] = ()
) -> bool:
    """Whether nothing of it is left to do. `unless`: what the others would fail of, too."""
    try:
        await work
    except unless:
        raise
    except Conflict:  # somebody was faster
        return True
    except HitlError as error:
        log.warning(LATER, what, error)
        return False
    except Exception:  # an error nobody thought of keeps no other waiting either
        log.exception("%s is looked at again later", what)
        return False
    return True
