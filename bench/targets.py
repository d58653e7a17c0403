"""Targets of the bench: something with a chat endpoint, and how it is started if it is ours to.

Knows how to write a target on the command line. Must not know any product by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BARE = "asgi_aiohttp"
DIRECT = "direct"
OURS = "hitl-chat"


class BadTargetError(ValueError):
    """A ``--target`` that cannot be understood."""


@dataclass(frozen=True)
class Target:
    """A base URL up to /v1; ``prefix`` goes before every model name."""

    label: str
    url: str
    key: str = "sk-test"
    prefix: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()

    @property
    def port(self) -> int | None:
        return urlsplit(self.url).port


@dataclass(frozen=True)
class Launch:
    """A target that the bench starts by itself, and stops."""

    target: Target
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 20.0  # seconds to the first good answer


def parse_target(text: str) -> Target:
    """``label=url[;key=..][;prefix=..][;skip=s500+burst][;header=Name:Value]...``"""
    label, _, rest = text.partition("=")
    url, *options = rest.split(";")
    if not label or not urlsplit(url).hostname:
        raise BadTargetError(f"{text!r} is not a target: write label=http://host:port/v1")
    found: dict[str, str] = {}
    headers: dict[str, str] = {}
    for option in options:
        name, _, value = option.partition("=")
        if name == "header":
            header, _, content = value.partition(":")
            headers[header] = content.strip()
        elif name in ("key", "prefix", "skip"):
            found[name] = value
        else:
            raise BadTargetError(
                f"target {label!r} has an unknown option {name!r}: "
                "write key=, prefix=, skip= or header="
            )
    skip = frozenset(found.pop("skip", "").split("+")) - {""}
    return Target(label=label, url=url, headers=headers, skip=skip, **found)
