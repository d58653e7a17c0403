"""The secrets beside the database: MAC keys of the record, and the pepper of API keys.

One file, readable by its owner only, made with the database. Losing it means that nothing proves
the record any more, so an old database without its key file is refused, never given a new one.
"""

import os
import secrets
from pathlib import Path

import msgspec

from hitl_chat.core.chain import KEY_BYTES, Keyring
from hitl_chat.errors import ConfigError

SUFFIX = ".key"


class Secrets(msgspec.Struct, frozen=True):
    """`keyring` signs events, `pepper` strengthens the digests of API keys."""

    keyring: Keyring
    pepper: bytes


class _Key(msgspec.Struct):
    id: str
    key: str


class _File(msgspec.Struct):
    keys: list[_Key]  # oldest first; the last one signs
    pepper: str


def beside(database: Path) -> Path:
    return database.with_name(database.name + SUFFIX)


def load(file: Path) -> Secrets:
    """Read the key file; refuse one that others may read."""
    try:
        mode = file.stat().st_mode & 0o777
        content = file.read_bytes()
    except OSError as error:
        msg = f"the key file {str(file)!r} cannot be read ({error.strerror}); restore a backup"
        raise ConfigError(msg, code="key_file") from error
    if mode & 0o077:
        msg = f"the key file {str(file)!r} may be read by others (mode {mode:o}): chmod 600 it"
        raise ConfigError(msg, code="key_file")
    try:
        return _secrets(msgspec.json.decode(content, type=_File))
    except (ValueError, msgspec.MsgspecError) as error:
        msg = f"the key file {str(file)!r} is damaged ({error}); restore it from a backup"
        raise ConfigError(msg, code="key_file") from error


def _secrets(found: _File) -> Secrets:
    keys = {key.id: bytes.fromhex(key.key) for key in found.keys}
    if not keys or any(len(key) < KEY_BYTES for key in keys.values()):
        msg = f"it needs at least one key of {KEY_BYTES} bytes"
        raise ValueError(msg)
    return Secrets(Keyring(found.keys[-1].id, keys), bytes.fromhex(found.pepper))


def create(file: Path) -> Secrets:
    """Make the key file of a new database."""
    made = _File([_Key("k1", secrets.token_hex(KEY_BYTES))], secrets.token_hex(KEY_BYTES))
    _store(file, made)
    return _secrets(made)


def _store(file: Path, content: _File) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        msg = f"the key file {str(file)!r} cannot be written ({error.strerror})"
        raise ConfigError(msg, code="key_file") from error
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(msgspec.json.encode(content))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        file.unlink()  # half of one would be a damaged one at the next start
        msg = f"the key file {str(file)!r} cannot be written ({error.strerror}): is the disk full?"
        raise ConfigError(msg, code="key_file") from error
