"""hitl-chat score: a file of drafts, each with the scores of all checks and the rules' ruling."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path

from msgspec.structs import replace

from hitl_chat.app.apart import apart
from hitl_chat.app.footing import footing
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import chosen, load
from hitl_chat.cli.out import Bar, complain, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.sources import read
from hitl_chat.settings import Settings
from hitl_chat.tuning.batch import Batch, Counts
from hitl_chat.tuning.libraries import KNOWN_BAD, with_libraries
from hitl_chat.tuning.results import Results
from hitl_chat.tuning.rows import BadRow, Rows
from hitl_chat.tuning.scoring import Scorer
from hitl_chat.tuning.selecting import Selected

DONE, REFUSED = 0, 2
SHORT = 12


def run(arguments: Namespace) -> int:
    return asyncio.run(scored(arguments))


async def scored(arguments: Namespace) -> int:
    settings = _settings(arguments)
    source, target = Path(arguments.drafts), Path(arguments.out)
    libraries = _libraries(arguments)
    _apart(source, target)
    only = [name.strip() for name in arguments.checks.split(",") if name.strip()]
    async with apart(settings, os.environ) as means:
        checks = with_libraries(default_checks(means=means), libraries)
        text = read(Path(settings.rules))
        ruleset = compile_ruleset(text, file=settings.rules, checks=checks)
        selected = Selected(ruleset, checks, only, [KNOWN_BAD] if libraries else ())
        rests = footing(settings, ruleset, means.folder, {*ruleset.options, *only})
        rests["rules"] = ruleset.version
        version = _version(rests, only, libraries, chosen(arguments.config))
        with _opened(source) as drafts, Results(target, version) as results:
            told = _Told(source, drafts, results)
            await means.start()
            told.begin(selected.undecided(), await selected.prepare())
            rows = Rows(drafts)
            batch = Batch(Scorer(ruleset, selected), results, told.bad, told.moved)
            try:
                return told.end(rows, await batch.run(rows))
            except asyncio.CancelledError:  # Ctrl-C
                told.stopped(batch.counts)
                raise


# --- what was typed ---------------------------------------------------------------------------


def _settings(arguments: Namespace) -> Settings:
    """With the rules that are to be used, from the command line or the settings file."""
    settings = load(arguments.config)
    file = arguments.rules or settings.rules
    if not file:
        msg = "no rules file: name one with --rules, or set 'rules' in the settings"
        raise ConfigError(msg)
    return replace(settings, rules=file)


def _libraries(arguments: Namespace) -> list[Path]:
    files = [Path(file) for file in (*arguments.known_bad, *arguments.known_good)]
    for file in files:
        _opened(file).close()
    only = arguments.checks.split(",")
    if files and arguments.checks and KNOWN_BAD not in only:
        msg = f"--known-bad and --known-good are for the check {KNOWN_BAD!r}: add it to --checks"
        raise ConfigError(msg)
    return files


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        msg = f"{str(file)!r} cannot be read ({error.strerror}): is that its name?"
        raise ConfigError(msg) from None


def _apart(source: Path, target: Path) -> None:
    if source.exists() and target.exists() and source.samefile(target):
        msg = f"--in and --out are the same file {str(source)!r}: name another --out"
        raise ConfigError(msg)


def _version(
    rests: Mapping[str, str], only: Sequence[str], libraries: Sequence[Path], settings: Path | None
) -> str:
    """Names all that scores depend on, as far as it lies here: scores of two never mix.

    `rests`: what they rest on beside what was typed: rules, prompts, libraries, models.
    """
    parts = [*(f"{name} {digest}" for name, digest in sorted(rests.items())), *sorted(set(only))]
    for file in (*libraries, *filter(None, [settings])):
        with _opened(file) as content:
            parts.append(file_digest(content, "sha256").hexdigest())
    return sha256("\n".join(parts).encode()).hexdigest()[:SHORT]


# --- what is told -----------------------------------------------------------------------------


class _Told:
    """Everything but the scores: what is wrong with rows, how far it is, and how it ended."""

    def __init__(self, source: Path, drafts: BufferedReader, results: Results) -> None:
        self._source = source
        self._drafts = drafts
        self._results = results
        self._size = os.fstat(drafts.fileno()).st_size
        self._bar = Bar()
        self._bad = 0

    def begin(self, undecided: Sequence[str], problems: Mapping[str, str]) -> None:
        if self._results.repaired:
            self._bar.note("the last row of scores was half written: it is made again")
        for check, problem in problems.items():
            self._bar.note(f"check {check!r} is not ready: {problem}")
        if undecided:
            names = ", ".join(undecided)
            self._bar.note(f"not decided, since --checks leaves out what they ask for: {names}")

    def bad(self, row: BadRow) -> None:
        self._bad += 1
        self._bar.note(f"{self._source}:{row.line}: {row.why}")

    def moved(self, counts: Counts) -> None:
        share = self._drafts.tell() / self._size if self._size else 0.0
        rows = f"{counts.scored + counts.there:,} rows, {self._bad:,} bad"
        self._bar.move(share, f"{share:4.0%} {rows}" if self._size else rows)

    def stopped(self, counts: Counts) -> None:
        self._bar.clear()
        there = counts.scored + counts.there
        self._bar.note(f"stopped: {there} rows have scores; the same command goes on from there")

    def end(self, rows: Rows, counts: Counts) -> int:
        self._bar.clear()
        if rows.ignored:
            self._bar.note(f"nobody reads these keys: {', '.join(sorted(rows.ignored))}")
        for name, failed in counts.failed.items():
            self._bar.note(f"check {name!r} failed on {failed} rows: {counts.first[name]}")
        if not rows.good:
            why = f"no row could be read ({self._bad} bad)" if self._bad else "no rows are in it"
            complain(f"{str(self._source)!r}: {why}; write one JSON object per line")
            return REFUSED
        rulings = ", ".join(f"{n} {ruling}" for ruling, n in sorted(counts.rulings.items()))
        there = f", {counts.there} were there already" if counts.there else ""
        say(f"{counts.scored} rows scored ({rulings or 'none'}), {self._bad} bad{there}")
        return DONE
