"""What there is to say, without a server, of the certificate that rules name."""

from collections.abc import Callable
from pathlib import Path

from hitl_chat.checks.registry import default as default_checks
from hitl_chat.errors import ConfigError
from hitl_chat.rules.certificate import read
from hitl_chat.rules.compile import compile_sources
from hitl_chat.rules.sources import gather
from hitl_chat.rules.sources import read as read_rules
from hitl_chat.settings import Settings


def standing(file: Path, settings: Callable[[], Settings]) -> str:
    """Of rules without a mistake; "" where they name no certificate."""
    sources = gather(read_rules(file), file=str(file))
    if not sources.document.value.get("certificate"):
        return ""
    from hitl_chat.app.footing import void  # the whole server: only where it is wanted

    made = compile_sources(sources, default_checks())
    try:
        found = read(file.parent / made.certificate)
    except ConfigError as error:
        return f"the certificate is void: {error.message}"
    why = void(found, settings(), made, file.parent)
    if why:
        return f"the certificate of {found.made} is void: {why}"
    return f"certified on {found.made}: at most {found.alpha:.0%} missed, unless answers drift"
