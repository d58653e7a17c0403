"""Logs: one line of JSON per event, without what people or models wrote unless that is asked for.

Owns the format. A field called `text` is dropped, and so are the words of exceptions (they quote
what they stumbled over), unless the setting log.text says otherwise. Everything is escaped to
ASCII: no line break, no terminal sequence can be smuggled in.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TextIO

NAME = "hitl_chat"
FIELDS = "hitl_fields"
# Libraries that log what they send or receive.
TALKATIVE = ("LiteLLM", "LiteLLM Proxy", "LiteLLM Router", "httpcore", "httpx", "openai")
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(
    *, level: str = "info", form: str = "json", text: bool = False, stream: TextIO | None = None
) -> None:
    """All loggers of the process write through here, uvicorn's and asyncio's included."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Json(text=text) if form == "json" else Plain(text=text))
    logging.basicConfig(handlers=[handler], level=LEVELS[level], force=True)
    # uvicorn's lesser words say what the guard and the command line say better.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(LEVELS[level] if text else logging.CRITICAL)


def log(
    event: str,
    *,
    level: str = "info",
    error: BaseException | None = None,
    fields: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Say what happened. `event` is a fixed phrase; what varies goes into fields."""
    number = LEVELS[level]
    logger = logging.getLogger(NAME)
    if logger.isEnabledFor(number):
        logger.log(number, "%s", event, exc_info=error, extra={FIELDS: fields})


class _Entry(logging.Formatter):
    """What all formats share: the entry as a dictionary."""

    def __init__(self, *, text: bool) -> None:
        super().__init__()
        self.text = text

    def entry(self, record: logging.LogRecord) -> dict[str, Any]:
        at = datetime.fromtimestamp(record.created, UTC)
        entry: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.name != NAME:
            entry["logger"] = record.name
        fields: Mapping[str, object] = getattr(record, FIELDS, {})
        entry |= {name: value for name, value in fields.items() if self.text or name != "text"}
        if record.exc_info and record.exc_info[1] is not None:
            entry |= self.raised(record.exc_info[1])
        return entry

    def raised(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        told: dict[str, Any] = {
            "error": type(error).__name__,
            "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        return told | {"message": str(error)} if self.text else told


class Json(_Entry):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.entry(record), default=str, ensure_ascii=True)


class Plain(_Entry):
    """For eyes: time, event, fields."""

    def format(self, record: logging.LogRecord) -> str:
        entry = self.entry(record)
        head = f"{entry.pop('at')[11:19]} {entry.pop('level'):7} {_shown(entry.pop('event'))}"
        return "  ".join([head, *(f"{name}={_shown(value)}" for name, value in entry.items())])


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=True)
    return text if text.isascii() and text.isprintable() else json.dumps(text)
