"""From a plain mapping and the environment to `Settings`, or to a sentence that says what is wrong.

Knows no YAML: it is handed `where`, which turns the path of a key into "file:line:column".
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import FieldInfo, fields

from hitl_chat.settings import LOOPBACK, ModelSettings, Section, Settings, WebhookSettings

PREFIX = "HITL_CHAT_"
Path = tuple[str, ...]
# Read elsewhere: by the console build, the fault tests, the command line.
RESERVED = frozenset({"HITL_CHAT_CONSOLE", "HITL_CHAT_FAILPOINTS", "HITL_CHAT_CONFIG"})
# Settings that are many sections, each under a name of its own.
NAMED: Mapping[Path, type[Section]] = {("models",): ModelSettings, ("webhooks",): WebhookSettings}
USER_INFO = re.compile(r"//[^/@\s]*@")
COMPLETIONS = "/chat/completions"
SECRETS = {"key", "api_key", "apikey", "token", "secret", "password", "pepper"}

Where = Callable[[Path], str]
Environ = Mapping[str, str]


class BadSettings(ValueError):
    """A setting that cannot be used; the message says where it stands and what to write."""


def dotted(path: Path) -> str:
    return ".".join(part if part.isprintable() else repr(part) for part in path) or "settings"


def from_mapping(
    mapping: object, environ: Environ = MappingProxyType({}), where: Where = dotted
) -> Settings:
    """Read and check everything; the environment wins over the mapping."""
    reader = _Reader(environ, where)
    settings: Settings = reader.section(Settings, mapping, ())
    reader.check_models(settings)
    reader.check_addresses(settings)
    reader.check_networks(settings)
    reader.check_oidc(settings)
    reader.check_webhooks(settings)
    reader.check_variables(settings)
    return settings


def variable(path: Path) -> str:
    """`HITL_CHAT_LISTEN__PORT` for ("listen", "port")."""
    return PREFIX + "__".join(path).upper()


def leaves(section: type[Section] = Settings, path: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Every setting that is not itself a section."""
    for field in fields(section):
        here = (*path, field.name)
        if _is_section(field.type):
            yield from leaves(field.type, here)
        else:
            yield here, field


class _Reader:
    def __init__(self, environ: Environ, where: Where) -> None:
        self.environ = environ
        self.where = where

    def section(self, kind: type[Section], given: object, path: Path) -> Any:  # noqa: ANN401 - whichever section it is told to build
        entries = self._entries(given, path)
        known = {field.name: field for field in fields(kind)}
        for key in entries:
            if key not in known:
                raise self.bad((*path, str(key)), _unknown(str(key), known))
        values: dict[str, Any] = {}
        for name, field in known.items():
            here = (*path, name)
            if _is_section(field.type):
                values[name] = self.section(field.type, entries.get(name), here)
            elif variable(here) in self.environ and path[:1] not in NAMED:
                values[name] = self._from_environment(field, here)
            elif name in entries:
                values[name] = self._from_file(entries[name], field, here)
            elif field.required:
                raise self.bad(path, f"{path[-1]!r} needs {name!r}{_choices(field.type)}")
        return kind(**values)

    def bad(self, path: Path, problem: str) -> BadSettings:
        name = variable(path)
        if name in self.environ:
            return BadSettings(f"environment variable {name}: {problem}")
        return BadSettings(f"{self.where(path)}: {problem}")

    def _entries(self, given: object, path: Path) -> Mapping[Any, object]:
        if given is None:
            return {}
        if isinstance(given, Mapping):
            return given
        name = f"{path[-1]!r}" if path else "the file"
        raise self.bad(path, f"{name} is a map of settings, not {given!r}")

    def _from_file(self, value: object, field: FieldInfo, path: Path) -> object:
        if path in NAMED:
            return self._named(value, path)
        try:
            return msgspec.convert(value, field.type)
        except msgspec.ValidationError as problem:
            raise self.bad(path, _told(field, value, problem)) from None

    def _from_environment(self, field: FieldInfo, path: Path) -> object:
        text = self.environ[variable(path)]
        if path in NAMED:
            return self._named(self._json(text, field, path), path)
        try:
            if get_origin(field.type) in (tuple, Mapping):
                return msgspec.convert(self._json(text, field, path), field.type)
            return msgspec.convert(text, field.type, strict=False)
        except msgspec.ValidationError as problem:
            raise self.bad(path, _told(field, text, problem)) from None

    def _json(self, text: str, field: FieldInfo, path: Path) -> object:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            raise self.bad(path, f"{field.name!r} is written as JSON here, not {text!r}") from None

    def _named(self, given: object, path: Path) -> Mapping[str, Any]:
        entries = self._entries(given, path)
        return {
            str(name): self.section(NAMED[path], entry, (*path, str(name)))
            for name, entry in entries.items()
        }

    def check_models(self, settings: Settings) -> None:
        for name, model in settings.models.items():
            if model.kind == "openai_compatible" and not model.base_url:
                fix = "such as http://127.0.0.1:8000/v1"
                raise self.bad(("models", name), f"model {name!r} needs 'base_url', {fix}")

    def check_addresses(self, settings: Settings) -> None:
        """With some nothing can be reached: that is said now, and not to the first customer."""
        self._check_address(("listen", "public_url"), settings.listen.public_url)
        self._check_address(("oidc", "issuer"), settings.oidc.issuer)
        for name, model in settings.models.items():
            path = ("models", name, "base_url")
            self._check_address(path, model.base_url)
            if model.base_url.rstrip("/").endswith(COMPLETIONS):
                fix = f"leave out {COMPLETIONS!r}, which is added to it"
                raise self.bad(path, f"'base_url' cannot be {model.base_url!r}: {fix}")

    def _check_address(self, path: Path, url: str) -> None:
        if why := _unreachable(url):
            raise self.bad(path, f"{path[-1]!r} cannot be {url!r}: {why}")

    def check_networks(self, settings: Settings) -> None:
        self._check_networks(("trusted_proxies",), settings.trusted_proxies)
        self._check_networks(("metrics", "allow"), settings.metrics.allow)

    def _check_networks(self, path: Path, networks: Iterable[str]) -> None:
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                fix = "write an address, or a network such as 10.0.0.0/8"
                raise self.bad(path, f"{network!r} is no network: {fix}") from None

    def check_oidc(self, settings: Settings) -> None:
        """A provider that is half set up would be a button that leads nowhere."""
        about = settings.oidc
        if not about.issuer:
            return
        for name in ("client_id", "secret_env", "roles"):
            if not getattr(about, name):
                raise self.bad(("oidc", name), f"with 'issuer', {name!r} is needed too")
        parts = urlsplit(about.issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise self.bad(("oidc", "issuer"), f"{about.issuer!r} must begin with https://")

    def check_webhooks(self, settings: Settings) -> None:
        """Whether the address leads anywhere it may is checked where it is known."""
        for name, hook in settings.webhooks.items():
            path = ("webhooks", name)
            if bool(hook.url) == bool(hook.url_env):
                fix = "'url', or 'url_env' if the address itself is a secret"
                raise self.bad(path, f"webhook {name!r} needs one of {fix}")
            if not (hook.secret_env or hook.url_env):
                fix = "'hitl-chat webhooks secret' makes one to sign its messages with"
                raise self.bad(path, f"webhook {name!r} needs 'secret_env': {fix}")
            if hook.secret_env.startswith("whsec_"):
                problem = "holds a secret: write the name of a variable, and the secret into that"
                raise self.bad((*path, "secret_env"), f"'secret_env' of {name!r} {problem}")
            self._check_networks((*path, "networks"), hook.networks)

    def check_variables(self, settings: Settings) -> None:
        """A misspelt override must not be silently ignored."""
        known = {variable(path): path for path, _ in leaves()}
        allowed = known.keys() | RESERVED | settings.secret_names()
        for name in self.environ:
            if name.startswith(PREFIX) and name not in allowed:
                problem = f"unknown{_meant(name, allowed)}"
                raise BadSettings(f"environment variable {name}: {problem}")


def _unreachable(url: str) -> str:
    """Why nothing can be reached at this address, whose form is right; "" where something may."""
    if not url.isascii():
        return "write its host as xn--... and other letters as %..."
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            return "nobody listens at port 0"
        (parts.hostname or "").encode("idna")
    except UnicodeError:
        return "its host is no name"
    except ValueError as problem:
        return str(problem)
    return ""


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _unknown(key: str, known: Iterable[str]) -> str:
    if key.lower() in SECRETS and "key_env" in known:
        return f"{key!r}: secrets are not kept here; name their variable with 'key_env'"
    return f"unknown setting {key!r}{_meant(key, known)}"


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _choices(kind: object) -> str:
    if get_origin(kind) is not Literal:
        return ""
    return ": " + " or ".join(str(choice) for choice in get_args(kind))


def _told(field: FieldInfo, value: object, problem: Exception) -> str:
    shown = "nothing" if value is None else USER_INFO.sub("//...@", repr(value))
    choices = _choices(field.type)
    if choices:
        meant = _meant(str(value), [str(choice) for choice in get_args(field.type)])
        return f"{field.name!r} cannot be {shown}{meant or choices}"
    wanted = _described(field.type) or str(problem)
    return f"{field.name!r} cannot be {shown}: {wanted}"


def _described(kind: Any) -> str:  # noqa: ANN401 - a type expression
    """What the type says about itself, or about its items."""
    if get_origin(kind) is tuple:
        return _described(get_args(kind)[0])
    metas = [meta for meta in getattr(kind, "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
    return next((f"write {meta.description}" for meta in metas if meta.description), "")
