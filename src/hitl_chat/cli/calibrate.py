"""hitl-chat calibrate: from labelled answers to a risk, a threshold, and a certificate."""

import time
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import yaml
from msgspec.structs import replace

from hitl_chat.app.footing import footing, void
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.certificate import Certificate, read
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.sources import read as read_rules
from hitl_chat.settings import Settings
from hitl_chat.tuning import labels
from hitl_chat.tuning.calibrate import Refused, calibrate, drifted
from hitl_chat.tuning.labels import LABEL, UNLABELLED, Fault, Labelled

DONE, REFUSED = 0, 1
LEAST = 0.000001  # no number of labels that anybody has shows less
SALT = "hitl-chat"

Ruled = tuple[Settings, Ruleset, Path]


def run(arguments: Namespace) -> int:
    newer = Path(arguments.scores) if arguments.scores else None
    rows = _rows(Path(arguments.labels), newer)
    ruled = _ruled(arguments)
    if arguments.check:
        return _check(read(Path(arguments.check)), rows, ruled)
    for name in ("alpha", "delta"):
        if not LEAST <= (share := getattr(arguments, name)) < 1.0:
            raise ConfigError(f"--{name} {share!r}: a share from {LEAST:f} to below 1")
    found = calibrate(
        rows,
        alpha=arguments.alpha,
        delta=arguments.delta,
        salt=SALT,
        made=datetime.fromtimestamp(time.time(), UTC).date().isoformat(),
        versions=footing(*ruled, {name for row in rows for name in row.scores}) if ruled else {},
    )
    fusion = found.fusion
    risk = {"weights": fusion.weights, "missing": fusion.missing, "bias": fusion.bias}
    say(yaml.safe_dump({"risk": risk}, sort_keys=False).rstrip())
    if isinstance(found.outcome, Refused):
        note(f"No certificate: {found.outcome.why}.")
        return REFUSED
    say(found.outcome.text())
    if arguments.out:
        _write(Path(arguments.out), found.outcome)
    _next(found.outcome.threshold, arguments.out, arguments.rules)
    return DONE


def _next(threshold: float, out: str, rules: str) -> None:
    note(f"\nCopy `risk:` into the rules, and add a rule with `when: {{risk: {threshold:g}}}`.")
    if out and rules:
        note(f"With `certificate: {Path(out).name}`, `hitl-chat check` tells when it is void.")
    else:
        note("With --rules and --out it becomes a certificate that the rules can name.")


def _check(certificate: Certificate, rows: Sequence[Labelled], ruled: Ruled | None) -> int:
    """Whether a certificate still holds, seen from recent answers."""
    why = void(certificate, *ruled) if ruled else ""
    why = why or drifted(certificate, [row.scores for row in rows])
    say(f"void: {why}" if why else f"holds, seen from {len(rows)} recent answers")
    if not ruled:
        note("Whether rules, prompts, models and libraries are the same, only --rules can tell.")
    return REFUSED if why else DONE


def _ruled(arguments: Namespace) -> Ruled | None:
    """What the certificate is bound to: these rules, and all that scores rest on beside them."""
    if not arguments.rules:
        return None
    settings = replace(load(arguments.config), rules=arguments.rules)
    made = compile_ruleset(
        read_rules(Path(arguments.rules)), file=arguments.rules, checks=default_checks()
    )
    return settings, made, Path(arguments.rules).parent


def _rows(file: Path, newer: Path | None) -> list[Labelled]:
    """`newer`: a file of scores that go instead of the recorded ones."""
    try:
        scores = labels.scored(_lines(newer)) if newer else None
    except msgspec.DecodeError as error:
        raise ConfigError(f"{str(newer)!r} holds no scores: {error}") from None
    found = list(labels.read(_lines(file), scores))
    faults = [each for each in found if isinstance(each, Fault)]
    bare = sum(fault.why == UNLABELLED for fault in faults)
    for fault in faults:
        if fault.why != UNLABELLED:
            note(f"{file}:{fault.line}: {fault.why}")
    if bare:
        note(f"{file}: {bare} answers have no label yet, and are left out")
    rows = [row for row in found if isinstance(row, Labelled)]
    if not rows:
        raise ConfigError(f"{str(file)!r} holds no labelled answer: {LABEL}")
    return rows


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines()
    except OSError as error:
        msg = f"{str(file)!r} cannot be read ({error.strerror}): is that its name?"
        raise ConfigError(msg) from None


def _write(file: Path, certificate: Certificate) -> None:
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(certificate)) + b"\n")
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be written ({error.strerror})") from None
