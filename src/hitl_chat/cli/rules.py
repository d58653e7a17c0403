"""hitl-chat check: a rules file, looked at without a server."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.certificate import read as read_certificate
from hitl_chat.rules.compile import compile_sources
from hitl_chat.rules.explain import check as findings
from hitl_chat.rules.sources import gather, read
from hitl_chat.settings import Settings


def check(arguments: Namespace) -> int:
    file = _file(arguments.file, arguments.config)
    found = findings(file, default_checks())
    for finding in found:
        say(str(finding))
    wrong = [finding for finding in found if finding.level == "error"]
    if not wrong and (said := certified(file, lambda: load(arguments.config))):
        say(f"{file}: {said}")
    note(f"{str(file)!r}: " + (f"{len(wrong)} errors" if wrong else "right"))
    return 1 if wrong else 0


def certified(file: Path, settings: Callable[[], Settings]) -> str:
    """What there is to say of the certificate that rules without a mistake name; "" if none."""
    sources = gather(read(file), file=str(file))
    if not sources.document.value.get("certificate"):
        return ""
    from hitl_chat.app.footing import void  # the whole server: only where it is wanted

    made = compile_sources(sources, default_checks())
    try:
        found = read_certificate(file.parent / made.certificate)
    except ConfigError as error:
        return f"the certificate is void: {error.message}"
    why = void(found, settings(), made, file.parent)
    if why:
        return f"the certificate of {found.made} is void: {why}"
    return f"certified on {found.made}: at most {found.alpha:.0%} missed, unless answers drift"


def _file(named: str | None, config: str | None) -> Path:
    file = named or load(config).rules
    if not file:
        msg = "no rules file: name one, or set 'rules' in the settings"
        raise ConfigError(msg)
    return Path(file)
