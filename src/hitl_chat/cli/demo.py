"""hitl-chat demo: the made-up shop, with a browser or, with --tour, without.

`python -m hitl_chat.cli.demo SETTINGS` is its server process, which the demo itself starts.
"""

import asyncio
import os
import socket
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from hitl_chat import __version__, assets
from hitl_chat.app import Program
from hitl_chat.app.means import embedding_options
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note, say
from hitl_chat.cli.serve import wire
from hitl_chat.demo.place import CLOCK, Place, furnish, kept_key, links
from hitl_chat.demo.server import Narrator, shop_token
from hitl_chat.demo.stage import HERO, KNOWN, MODEL, SCENES
from hitl_chat.demo.supervise import SIGN, Supervisor
from hitl_chat.demo.tour import tour
from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.models.embeddings import resolve
from hitl_chat.oversight.audit import verify
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.rules.sources import read
from hitl_chat.server.serving import Server, configured, listening
from hitl_chat.settings import Settings
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.tuning.cases import tests_of
from hitl_chat.tuning.trying import Trial

PORTS, LAST_PORT = 100, 65535


def run(arguments: Namespace) -> int:
    with _folder(arguments.keep) as folder:
        port = _free(arguments.port)
        remember = _can_embed(folder)
        place = _furnished(folder, port, arguments.model or "", remember=remember)
        return asyncio.run(_tour(place) if arguments.tour else _demo(place, arguments))


def _furnished(folder: str, port: int, model: str, *, remember: bool) -> Place:
    try:
        place = furnish(Path(folder), port, model, remember=remember)
    except OSError as problem:
        msg = f"{folder!r} cannot be written to ({problem.strerror}): name another with --keep"
        raise ConfigError(msg) from None
    load(str(place.settings))  # what is wrong with --model or the environment is said here
    return place


def _can_embed(folder: str) -> bool:
    try:
        resolve.find(embedding_options(Settings(data=folder)))
    except Unavailable:
        return False
    return True


@contextmanager
def _folder(keep: str | None) -> Iterator[str]:
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory() as folder:
        yield folder


def _free(wanted: int) -> int:
    if not 1 <= wanted <= LAST_PORT:
        msg = f"{wanted} is no port: name one from 1 to {LAST_PORT} with --port"
        raise ConfigError(msg)
    for port in range(wanted, min(wanted + PORTS, LAST_PORT + 1)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port != wanted:
                note(f"port {wanted} is taken: using {port}")
            return port
    msg = f"no free port from {wanted} on: name another with --port"
    raise ConfigError(msg)


def _supervisor(place: Place) -> Supervisor:
    return Supervisor(place, [sys.executable, "-m", "hitl_chat.cli.demo", str(place.settings)], say)


# --- in the browser ---------------------------------------------------------------------------


async def _demo(place: Place, arguments: Namespace) -> int:
    supervisor = _supervisor(place)
    seconds = await supervisor.start()
    await _banner(place, arguments, seconds)
    await supervisor.run()
    return 0


async def _banner(place: Place, arguments: Namespace, seconds: float) -> None:
    keep = (
        f"in {arguments.keep}" if arguments.keep else "in a temporary folder (--keep DIR keeps it)"
    )
    invited = await links(place)
    model = arguments.model or "scripted: a made-up shop's bot whose mistakes are planned"
    rules = LiveRules(place.rules, default_checks()).current
    say(f"hitl-chat {__version__}  demo: no network, no API key; data {keep}")
    say(f"  model   {MODEL}, {model}")
    say(f"  rules   examples/rules/retail.yaml v{rules.label} and examples/demo: {_counted(rules)}")
    say(f"          {await _rule_tests()}; {_library(place)}")
    say(f"  stage   {len(SCENES)} holds come round; three wait from the first sign-in on")
    say(f"  ready in {seconds:.1f} s")
    try:
        assets.console()
    except ConfigError as missing:  # a headless install: the pages below are not there
        say(f"  pages   none, only your code and --tour: {missing.message}")
    say("")
    say(f"  customer  {place.base}/shop")
    say(f"  both      {place.base}/tour shows both sides, after Ana's link was used here:")
    for name, link in invited.items():
        say(f"  {name:<9} {link}")
    say(f"  your code OPENAI_BASE_URL={place.base}/v1  OPENAI_API_KEY={place.key}")
    if "SSH_CONNECTION" in os.environ:
        say(f"  from afar ssh -L {place.port}:127.0.0.1:{place.port} THIS-HOST")
    say("")
    say(f'  Ask in the shop: "{HERO.question}" The answer stops in the middle.')
    say("  keys: l new links · s surge (30 holds) · k kill -9 the server · q quit")


def _counted(rules: Ruleset) -> str:
    return f"{len(rules.rules)} rules, {len(rules.configured)} checks"


async def _rule_tests() -> str:
    """The retail rules' own tests, carried out now."""
    tests = tests_of(assets.examples() / "rules" / "retail.tests.yaml")
    checks = default_checks()
    rules = compile_ruleset(read(tests.rules), file=str(tests.rules), checks=checks)
    tried = [each async for each in Trial(tests, rules, checks).run()]
    passed = sum(not each.problem for each in tried)
    return f"{passed} of {len(tried)} rule tests passed"


def _library(place: Place) -> str:
    if not place.remembers:
        return f"no embedding model, so no rule {KNOWN}: hitl-chat models fetch"
    entries = place.library.read_text("utf-8").count("\n")
    return f"a library of {entries} known answers"


# --- without one ------------------------------------------------------------------------------


async def _tour(place: Place) -> int:
    supervisor = _supervisor(place)
    seconds = await supervisor.start()
    say(f"hitl-chat {__version__}  tour: {len(SCENES)} holds, ready in {seconds:.1f} s")
    say(f"  {_library(place)}")
    try:
        return await tour(place, say, lambda: _verified(place))
    finally:
        await supervisor.stop()


async def _verified(place: Place) -> bool:
    db = SqliteDatabase(place.database, CLOCK, exclusive=False, readonly=True)
    try:
        return (await verify(db)).good
    finally:
        await db.close()


# --- the server process -----------------------------------------------------------------------


async def _serve(settings_file: str) -> None:
    settings = load(settings_file)
    bound = listening(settings.listen.host, settings.listen.port)
    key = kept_key(Path(settings.data))
    program = Program(settings, shop=True, more=lambda program: [shop_token(program, key)])
    narrator = Narrator(program, say, lambda line: say(SIGN + line))
    program.desk.feed.follow(narrator.heard)
    program.people.on_change(narrator.came)
    config = configured(
        program.app,
        host=settings.listen.host,
        port=settings.listen.port,
        wire=wire(settings),
        drain=1.0,
    )

    def ready() -> None:
        task = asyncio.ensure_future(narrator.ready())
        task.add_done_callback(lambda done: done.result())

    await Server(config, drain=1.0, draining=program.drain, ready=ready).serve(sockets=[bound])


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
