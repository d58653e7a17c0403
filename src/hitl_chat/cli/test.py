"""hitl-chat test: do the rules do what their tests say?"""

import asyncio
import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from hitl_chat.app.apart import apart
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.sources import read
from hitl_chat.settings import Settings
from hitl_chat.tuning.cases import RULES, TESTS, Tests, tests_of
from hitl_chat.tuning.trying import Trial

DONE, WRONG = 0, 1


def run(arguments: Namespace) -> int:
    settings = load(arguments.config)
    paths = arguments.paths or [settings.rules]
    if not paths[0]:
        msg = "no rules file: name one, or set 'rules' in the settings"
        raise ConfigError(msg)
    return asyncio.run(_run(settings, [file for path in paths for file in _files(Path(path))]))


def _files(path: Path) -> Sequence[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob(f"*{TESTS}") if not _is_hidden(file, path))
        if not found:
            msg = f"{str(path)!r} holds no rule tests: name them shop{TESTS}, beside shop{RULES}"
            raise ConfigError(msg)
        return found
    if path.name.endswith(TESTS) or path.suffix != RULES:
        return [path]
    return [path.with_name(path.stem + TESTS)]


def _is_hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)


async def _run(settings: Settings, files: Sequence[Path]) -> int:
    files = list(dict.fromkeys(files))
    every = list(_read(files))
    failed = passed = 0
    for tests in every:
        # No model is asked, so none has to be there, nor any key to one.
        for_these = replace(settings, rules=str(tests.rules), models={})
        async with apart(for_these, os.environ) as means:
            checks = default_checks(means=means)
            rules = str(tests.rules)
            ruleset = compile_ruleset(read(tests.rules), file=rules, checks=checks)
            await means.start()
            async for tried in Trial(tests, ruleset, checks).run():
                passed += not tried.problem
                failed += bool(tried.problem)
                if tried.problem:
                    say(f"{tests.path}:{tried.line} {tried.name}: {tried.problem}")
    where = f"in {len(every)} files" if len(every) > 1 else f"in {str(every[0].path)!r}"
    note(f"{passed} passed, {failed} failed {where}")
    return WRONG if failed else DONE


def _read(files: Sequence[Path]) -> Iterator[Tests]:
    """All of them, or everything that is wrong with any."""
    problems: list[str] = []
    for file in files:
        try:
            yield tests_of(file)
        except ConfigError as error:
            problems.append(error.message)
    if problems:
        raise ConfigError("\n".join(problems))
