"""A provider's key: known to this process, shown by no repr, log or traceback."""

from collections.abc import Mapping

from hitl_chat.errors import ConfigError


class Key:
    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Key(***)" if self._value else "Key()"

    def reveal(self) -> str:
        return self._value

    @classmethod
    def named(cls, variable: str, environ: Mapping[str, str]) -> "Key":
        """The key in that environment variable; no name, no key."""
        if not variable:
            return cls()
        value = environ.get(variable, "").strip()
        if not value:
            message = f"key_env names {variable!r}, which is not set: set it to the provider's key."
            raise ConfigError(message)
        if not value.isascii() or not value.isprintable():
            message = f"{variable!r} holds characters no header can carry: set it to the bare key."
            raise ConfigError(message)
        return cls(value)
