"""Does a test notice when the core is wrong?

    python bench/mutants.py                     every mutant of core/: some twenty minutes
    python bench/mutants.py gate.py lane.py     of these files
    python bench/mutants.py --every 5           each fifth
    python bench/mutants.py --only "no filter"  those whose description contains this

Plants one small mistake at a time (`mistakes.py` has the kinds) and runs the core's tests on it. A
mutant that survives is printed: it names behaviour that nothing specifies. The run works on a copy
of the tree as it was at its start, hypothesis tries the same examples every time, and a mutant that
never ends is noticed by the processor time it took: a busy machine changes no result.
Not part of CI; the last result is in docs/mutants.md.
"""

import argparse
import ast
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

import hypothesis
import hypothesis.stateful  # once, not in every mutant's process
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.mistakes import Mistake, mistakes  # noqa: E402 (a script finds its siblings first)

CORE = "src/hitl_chat/core"
CPU_SECONDS = 8  # for one test; the longest that is not marked slow takes 1.4
SLOW_SECONDS = 40
WALL_SECONDS = 3600  # for what waits instead of computing; the core cannot, so this is no result
MEMORY = 4 << 30

# Mistakes that change nothing anybody can observe: (file, description) -> why.
EQUIVALENT: dict[tuple[str, str], str] = {
    ("policy.py", "if True: wanted"): "only saves looking for what no rule mentions",
    ("conditions.py", "gone: return None"): "the last arm: what returns nothing returns None",
}


class Mutant(NamedTuple):
    """The `number`-th mistake that can be made in a file, and how it reads."""

    file: str
    number: int
    line: int
    what: str

    @property
    def equivalent(self) -> bool:
        return (self.file, self.what) in EQUIVALENT


class Result(NamedTuple):
    """`noticed` is None where nothing was learnt; `by` is the test that failed, if one did."""

    noticed: bool | None
    by: str
    status: int


def mutants(core: Path, files: Sequence[str]) -> list[Mutant]:
    return [
        Mutant(file, number, mistake.line, mistake.what)
        for file in files
        for number, mistake in enumerate(mistakes(ast.parse((core / file).read_text())))
    ]


# --- one mutant, in a process of its own -----------------------------------------------------


class Planted(SourceFileLoader):
    """Loads a module of the core with one mistake in it."""

    number = 0

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(Path(self.path).read_text())
        mistake: Mistake = list(mistakes(tree))[self.number]
        mistake.make()
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


class Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.name = f"hitl_chat.core.{mutant.file.removesuffix('.py')}"
        self.loader = Planted(self.name, str(Path(CORE, mutant.file).absolute()))
        self.loader.number = mutant.number

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.loader.path, loader=self.loader)


class Run:
    """A pytest plugin: likely tests first, no clock on the wall, and who noticed."""

    def __init__(self, likely: Counter[str], told: int) -> None:
        self.likely = likely
        self.told = told

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: (*cost(item), -self.likely[item.nodeid]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        allow(SLOW_SECONDS if "slow" in item.keywords else CPU_SECONDS)

    @pytest.hookimpl(tryfirst=True)
    def pytest_timeout_set_timer(self) -> bool:
        return True  # as if it were set: a process that was stopped for a while is not to blame

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self.told, report.nodeid.encode())


def cost(item: pytest.Item) -> tuple[bool, bool]:
    return "slow" in item.keywords, "hypothesis" in item.keywords


def allow(seconds: int) -> None:
    """The kernel ends this process when it has computed for so long from now on."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def run_tests(mutant: Mutant | None, likely: Counter[str], told: int) -> int:
    allow(CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(WALL_SECONDS)
    if mutant:
        sys.meta_path.insert(0, Finder(mutant))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
    )
    options = ["-q", "-x", "-n0", "--assert=plain", "-p", "no:cacheprovider"]
    options += ["--hypothesis-profile=mutants"]
    return pytest.main([*options, "tests/core"], plugins=[Run(likely, told)])


def started(mutant: Mutant | None, likely: Counter[str]) -> tuple[int, int]:
    """The process that runs the tests, and where it says which test failed."""
    ear, told = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        return pid, ear
    code = int(pytest.ExitCode.INTERNAL_ERROR)
    try:
        code = run_tests(mutant, likely, told)
    finally:
        os._exit(code)


def result(status: int, ear: int) -> Result:
    with os.fdopen(ear) as said:
        by = said.read()
    code = os.waitstatus_to_exitcode(status)
    if code == pytest.ExitCode.OK:
        return Result(False, by, code)
    noticed = code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, -signal.SIGXCPU)
    return Result(noticed or None, by, code)


# --- all of them -----------------------------------------------------------------------------


def results(planned: Sequence[Mutant], at_once: int) -> Iterator[tuple[Mutant, Result]]:
    likely: defaultdict[str, Counter[str]] = defaultdict(Counter)
    running: dict[int, tuple[Mutant, int]] = {}
    waiting = list(reversed(planned))
    while waiting or running:
        while waiting and len(running) < at_once:
            mutant = waiting.pop()
            pid, ear = started(mutant, likely[mutant.file])
            running[pid] = mutant, ear
        pid, status = os.wait()
        mutant, ear = running.pop(pid)
        learnt = result(status, ear)
        likely[mutant.file][learnt.by] += 1
        yield mutant, learnt


def copied(folder: Path) -> None:
    for part in ("src", "tests/core"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py", "tests/services.py"):
        shutil.copy(ROOT / part, folder / part)


def complaint(mutant: Mutant, learnt: Result) -> str:
    match learnt.noticed:
        case None:
            return f"UNCLEAR ({learnt.status})"
        case True if mutant.equivalent:
            return f"NOT EQUIVALENT ({learnt.by})"
        case False if not mutant.equivalent:
            return "SURVIVED"
        case _:
            return ""


def judge(planned: Sequence[Mutant], at_once: int) -> int:
    bad = equivalent = 0
    for done, (mutant, learnt) in enumerate(results(planned, at_once), 1):
        equivalent += mutant.equivalent
        if wrong := complaint(mutant, learnt):
            bad += 1
            say(f"{wrong} {mutant.file}:{mutant.line} {mutant.what}\n")
        if done % 50 == 0:
            say(f"{done} of {len(planned)}\n")
    noticed = len(planned) - bad - equivalent
    say(f"{len(planned)} planted, {noticed} noticed, {equivalent} equivalent, {bad} to look at\n")
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="of core/; all of them")
    parser.add_argument(
        "--only", action="append", help="only mutants whose description contains this, or another"
    )
    parser.add_argument("--every", type=int, default=1, help="only each N-th mutant")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    files = options.files or sorted(p.name for p in (ROOT / CORE).glob("[a-z]*.py"))
    with tempfile.TemporaryDirectory() as base:
        copied(Path(base))
        load_plugins()
        os.chdir(base)
        sys.path.insert(0, str(Path(base, "src")))
        wanted = options.only or [""]
        found = mutants(Path(CORE), files)
        planned = [m for m in found if any(text in m.what for text in wanted)]
        gone = set(EQUIVALENT) - {(m.file, m.what) for m in mutants(Path(CORE), sorted(every()))}
        if gone:
            say(f"listed as equivalent, but not there: {gone}\n")
            return 2
        pid, ear = started(None, Counter())
        if result(os.waitpid(pid, 0)[1], ear).noticed is not False:
            say("the tests fail without any mutant: nothing can be learnt\n")
            return 2
        return judge(planned[:: options.every], options.at_once)


def load_plugins() -> None:
    """What every mutant's process needs is loaded once, before they are forked."""
    sys.dont_write_bytecode = False
    for plugin in entry_points(group="pytest11"):
        plugin.load()


def every() -> set[str]:
    return {path.name for path in Path(CORE).glob("[a-z]*.py")}


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # or sets would be walked in another order
        again = os.environ | {"PYTHONHASHSEED": "0"}
        os.execve(sys.executable, [sys.executable, *sys.argv], again)  # noqa: S606 (this program)
    raise SystemExit(main())
