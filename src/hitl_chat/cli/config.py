"""From a settings file and the environment to `Settings`. Paths in the file are relative to it."""

import os
from collections.abc import Mapping
from os.path import expanduser
from pathlib import Path

from msgspec.structs import replace

from hitl_chat.errors import ConfigError
from hitl_chat.rules.load import Document, document
from hitl_chat.settings import Settings, WebhookSettings
from hitl_chat.settings.reading import BadSettings, from_mapping, variable

DEFAULT = Path("hitl-chat.yaml")
VARIABLE = "HITL_CHAT_CONFIG"


def load(named: str | None, environ: Mapping[str, str] = os.environ) -> Settings:
    file = chosen(named, environ)
    try:
        if file is None:
            return from_mapping({}, environ)
        found = document(_text(file), file=str(file))
        settings = from_mapping(found.value, environ, lambda path: _at(found, path))
    except BadSettings as problem:
        raise ConfigError(str(problem)) from None
    return _beside(file, settings, environ)


def chosen(named: str | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The settings file: as named, as in the environment, or the one that lies here."""
    if named or environ.get(VARIABLE):
        return Path(named or environ[VARIABLE])
    return DEFAULT if DEFAULT.exists() else None


def _at(found: Document, path: tuple[str, ...]) -> str:
    line, column = found.place(path, key=True)
    return f"{found.file}:{line}:{column}"


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as problem:
        msg = f"the settings file {str(file)!r} cannot be read ({problem.strerror})"
    except UnicodeDecodeError:
        msg = f"the settings file {str(file)!r} is not UTF-8 text"
    raise ConfigError(msg)


def _beside(file: Path, settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Paths in the file count from the file; those in the environment from the working folder."""
    paths = {name: getattr(settings, name) for name in ("data", "rules", "key_file")}
    moved = {
        name: _from(file, path)
        for name, path in paths.items()
        if path and variable((name,)) not in environ
    }
    weights = settings.embeddings
    if weights.path and variable(("embeddings", "path")) not in environ:
        weights = replace(weights, path=_from(file, weights.path))
    hooks = settings.webhooks
    if variable(("webhooks",)) not in environ:
        hooks = {name: _template_beside(file, hook) for name, hook in hooks.items()}
    return replace(settings, embeddings=weights, webhooks=hooks, **moved)


def _template_beside(file: Path, hook: WebhookSettings) -> WebhookSettings:
    return replace(hook, template=_from(file, hook.template)) if hook.template else hook


def _from(file: Path, path: str) -> str:
    """`~` is the home folder: else a folder of that name would be made beside the file."""
    return str(file.parent / expanduser(path))
