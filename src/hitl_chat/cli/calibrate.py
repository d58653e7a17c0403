"""hitl-chat calibrate: from labelled answers to a risk, a threshold, and a certificate."""

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import yaml

from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.sources import read as read_rules
from hitl_chat.tuning.calibrate import Certificate, Refused, calibrate
from hitl_chat.tuning.labels import Fault, Labelled, read

DONE, REFUSED = 0, 1
SALT = "hitl-chat"


def run(arguments: Namespace) -> int:
    rows = _rows(Path(arguments.labels))
    versions = _versions(arguments.rules)
    if arguments.check:
        return _check(Path(arguments.check), rows, versions)
    for name in ("alpha", "delta"):
        if not 0.0 < getattr(arguments, name) < 1.0:
            raise ConfigError(f"--{name} {getattr(arguments, name)!r}: a share between 0 and 1")
    found = calibrate(
        rows,
        alpha=arguments.alpha,
        delta=arguments.delta,
        salt=SALT,
        made=datetime.fromtimestamp(time.time(), UTC).date().isoformat(),
        versions=versions,
    )
    fusion = found.fusion
    risk = {"weights": fusion.weights, "missing": fusion.missing, "bias": fusion.bias}
    say(yaml.safe_dump({"risk": _rounded(risk)}, sort_keys=False).rstrip())
    if isinstance(found.outcome, Refused):
        note(f"No certificate: {found.outcome.why}.")
        return REFUSED
    say(found.outcome.text())
    if arguments.out:
        _write(Path(arguments.out), found.outcome)
    return DONE


def _check(file: Path, rows: Sequence[Labelled], versions: Mapping[str, str]) -> int:
    """Whether a certificate still holds, seen from recent answers."""
    try:
        certificate = msgspec.json.decode(file.read_bytes(), type=Certificate)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{str(file)!r} is no certificate: {error}") from None
    why = certificate.void(versions, [certificate.fusion.risk(row.scores) for row in rows])
    say(f"void: {why}" if why else f"holds, seen from {len(rows)} recent answers")
    return REFUSED if why else DONE


def _rows(file: Path) -> list[Labelled]:
    try:
        found = list(read(file.read_bytes().splitlines()))
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be read ({error.strerror})") from None
    for fault in found:
        if isinstance(fault, Fault):
            note(f"{file}:{fault.line}: {fault.why}")
    rows = [row for row in found if isinstance(row, Labelled)]
    if not rows:
        raise ConfigError(f"{str(file)!r} holds no labelled answer")
    return rows


def _versions(rules: str) -> dict[str, str]:
    return {"rules": sha256(read_rules(Path(rules)).encode()).hexdigest()} if rules else {}


def _write(file: Path, certificate: Certificate) -> None:
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(certificate)) + b"\n")
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be written ({error.strerror})") from None


def _rounded(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value
