"""hitl-chat init: eight answers, and the first set of files that is checked and tested at once."""

import asyncio
import os
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from hitl_chat import assets
from hitl_chat.app.apart import apart
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli import rules, test
from hitl_chat.cli.interview import asked
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.sources import read
from hitl_chat.settings import Settings
from hitl_chat.starting.adapting import adapted
from hitl_chat.starting.additions import (
    LANGUAGE,
    WORST,
    additions,
    caught,
    configured,
    contact_tests,
    named,
    replaced,
)
from hitl_chat.starting.cases import Case, cases, suite, variants
from hitl_chat.starting.questions import SECTOR, Answers
from hitl_chat.starting.register import client, register
from hitl_chat.starting.sheet import Sheet
from hitl_chat.starting.templates import filled
from hitl_chat.tuning.cases import RULES, TESTS, tests_of
from hitl_chat.tuning.trying import Trial

SETTINGS, RULES_FILE, TESTS_FILE = "hitl-chat.yaml", "rules.yaml", "rules.tests.yaml"
RISKS_FILE, CLIENT_FILE = "RISKS.md", "client.md"
WRITTEN = (SETTINGS, RULES_FILE, TESTS_FILE, RISKS_FILE, CLIENT_FILE)


def run(arguments: Namespace) -> int:
    folder, packs = Path(arguments.folder), assets.examples() / "rules"
    if not arguments.force:
        _nothing_there(folder)
    answers = asked(arguments, sectors(packs))
    files = asyncio.run(_made(packs, answers, arguments.model))
    _write(folder, files)
    status = rules.check(Namespace(file=str(folder / RULES_FILE), config=None)) or test.run(
        Namespace(paths=[str(folder / TESTS_FILE)], config=str(folder / SETTINGS))
    )
    if not status:
        _next(folder, answers.sector)
    return status


def sectors(packs: Path) -> Sequence[str]:
    """The usual one first."""
    found = {file.stem for file in packs.glob(f"*{RULES}") if not file.name.endswith(TESTS)}
    return sorted(found, key=lambda name: (name != SECTOR, name))


# --- what is written --------------------------------------------------------------------------


async def _made(packs: Path, answers: Answers, model: str) -> Mapping[str, str]:
    pack = _sheet(packs / f"{answers.sector}{RULES}")
    file = packs / f"{answers.sector}{TESTS}"
    theirs = _sheet(file) if file.exists() else None
    added = additions(pack, answers, default_checks())
    text = adapted(pack, answers, added)
    own = [*(test for one in added for test in one.tests), *contact_tests(answers)]
    language = next(one.rule for one in added if one.about == LANGUAGE)
    every = [
        variants(case, answers, language) for case in cases(theirs, own, replaced(pack, added))
    ]
    return {
        SETTINGS: filled("settings.yaml", model=model),
        RULES_FILE: text,
        TESTS_FILE: await _tests(text, answers, theirs, every),
        RISKS_FILE: register(text, answers, _against_worst(text, answers)),
        CLIENT_FILE: client(answers),
    }


def _sheet(file: Path) -> Sheet:
    return Sheet(read(file), file.name)


def _against_worst(text: str, answers: Answers) -> Sequence[str]:
    written = Sheet(text, RULES_FILE)
    rule, customer, draft = WORST[answers.worst]
    angry = configured(written, "frustration") if answers.worst == "reputation" else ()
    asking = [one["name"] for one in written.value["rules"] if set(named(one["when"])) & set(angry)]
    return [rule, *asking, *caught(written, default_checks(), customer, draft)]


async def _tests(
    text: str, answers: Answers, theirs: Sheet | None, every: Sequence[Sequence[Case]]
) -> str:
    """The pack's tests that still apply, and those of what was added. Each is tried."""
    kept = {other[0].name: other[0] for other in every}
    failed = await _failing(text, suite(theirs, answers, list(kept.values())))
    for attempt in range(1, max(map(len, every))):
        again = [
            other[attempt] for other in every if other[0].name in failed and attempt < len(other)
        ]
        if again:
            failed -= {case.name for case in again}
            failed |= await _failing(text, suite(theirs, answers, again))
            kept |= {case.name: case for case in again}
    good = [case for name, case in kept.items() if name not in failed]
    return suite(theirs, answers, good, [name for name in kept if name in failed])


async def _failing(text: str, tests: str) -> set[str]:
    """The tests that these rules do not pass, by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, {RULES_FILE: text, TESTS_FILE: tests})
        settings = Settings(rules=str(folder / RULES_FILE))
        async with apart(settings, os.environ) as means:
            checks = default_checks(means=means)
            ruleset = compile_ruleset(text, file=RULES_FILE, checks=checks)
            await means.start()
            trial = Trial(tests_of(folder / TESTS_FILE), ruleset, checks)
            return {tried.name async for tried in trial.run() if tried.problem}


# --- files ------------------------------------------------------------------------------------


def _nothing_there(folder: Path) -> None:
    there = [name for name in WRITTEN if (folder / name).exists()]
    if there:
        names = ", ".join(map(repr, there))
        msg = f"{str(folder)!r} has {names}: name another folder, or overwrite with --force"
        raise ConfigError(msg)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        msg = f"{str(folder)!r} cannot be written to ({error.strerror}): name another folder"
        raise ConfigError(msg) from None


def _next(folder: Path, tenant: str) -> None:
    for name in WRITTEN:
        say(str(folder / name))
    here = "" if folder == Path() else f"cd {folder} && "
    note("\nRead RISKS.md, put your own names and amounts into rules.yaml, then:")
    note(f"  {here}hitl-chat check rules.yaml && hitl-chat test rules.yaml")
    steps = {
        "doctor": "is anything missing?",
        f"keys add --tenant {tenant}": f"the front end's key ({CLIENT_FILE})",
        "people add Ana --role agent": "a sign-in link for the console",
    }
    for words, about in steps.items():
        note(f"  hitl-chat {words:<36} {about}")
    note(f"  hitl-chat serve --config {SETTINGS}")
