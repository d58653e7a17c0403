"""The `hitl-chat` command: reads the arguments and calls the part that does the work.

Owns the names of commands and options, and exit codes: 0 done, 1 something is wrong with what was
looked at, 2 the command cannot be carried out as given. A command's module is imported when it is
called, so that `serve` does not wait for what only `doctor` needs.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module

from hitl_chat import __version__
from hitl_chat.cli.out import complain
from hitl_chat.core.roles import MAY
from hitl_chat.errors import HitlError

BEGAN = time.monotonic()
DONE, WRONG, REFUSED, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        status = _command(arguments.run)(arguments)
    except HitlError as error:
        complain(error.message)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return DONE
    return status


def _command(named: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = named.partition(":")
    gc.disable()  # nothing that is made by importing is garbage: looking costs a tenth of the start
    try:
        command: Callable[[argparse.Namespace], int] = getattr(
            import_module(f"hitl_chat.cli.{module}"), name
        )
    finally:
        gc.enable()
    return command


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="hitl-chat",
        description="Streams what is safe, holds what is risky for a human agent.",
    )
    root.add_argument("--version", action="version", version=f"hitl-chat {__version__}")
    commands = _Commands(root)
    _starting(commands)
    _running(commands)
    _people(commands)
    _keys(commands)
    _webhooks(commands)
    _rules(commands)
    _tuning(commands)
    _looking(commands)
    return root


class _Commands:
    """Adds commands that share `--config` and name the function that carries them out."""

    def __init__(self, root: argparse.ArgumentParser) -> None:
        self.found = root.add_subparsers(metavar="COMMAND", required=True)

    def add(self, name: str, about: str, run: str) -> argparse.ArgumentParser:
        command = self.found.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        command.add_argument(
            "--config",
            metavar="FILE",
            help="settings (default: $HITL_CHAT_CONFIG, else hitl-chat.yaml if it exists)",
        )
        return command

    def group(self, name: str, about: str) -> "_Commands":
        return _Commands(self.found.add_parser(name, help=about, description=about))


def _starting(commands: _Commands) -> None:
    init = commands.add("init", "eight answers make rules, tests and settings", "init:run")
    init.add_argument("folder", metavar="DIR", nargs="?", default=".", help="default: this one")
    for name, about in (
        ("sector", "which pack of rules to begin with, e.g. retail"),
        ("worst", "worst outcome: money, harm, privacy, legal or reputation"),
        ("hours", "when somebody is there: always, never, or e.g. 'Mon-Fri 9:00-17:00'"),
        ("languages", "of answers, e.g. en,de"),
        ("tools", "pack, none, or e.g. 'find_order, issue_refund(amount<=100)'"),
        ("approver", "of money above the limits: agent, supervisor or nobody"),
        ("documents", "which requests carry some: none, some or every"),
        ("frontend", "openai-python, openai-node, ai-sdk or curl"),
    ):
        init.add_argument(f"--{name}", metavar="ANSWER", help=about)
    init.add_argument(
        "--contact", action="append", default=[], help="an own address or number, never held"
    )
    init.add_argument("--answers", metavar="FILE", help="YAML with answers, by the names above")
    init.add_argument("--yes", action="store_true", help="ask nothing: defaults for the rest")
    init.add_argument(
        "--model", default="http://127.0.0.1:8000/v1", metavar="URL", help="of a model"
    )
    init.add_argument("--force", action="store_true", help="overwrite files that are there")


def _running(commands: _Commands) -> None:
    demo = commands.add("demo", "a made-up shop with a scripted model; no network", "demo:run")
    demo.add_argument("--tour", action="store_true", help="play all holds without a browser")
    demo.add_argument("--keep", metavar="DIR", help="keep the data in this folder")
    demo.add_argument("--model", metavar="URL", help="use this OpenAI-compatible server instead")
    demo.add_argument("--port", type=int, default=8700, help="the next free one if it is taken")
    commands.add("serve", "run the proxy and the console", "serve:run")
    stop = commands.add("stop", "the stop switch, outside the rules", "stop:run")
    stop.add_argument(
        "mode",
        nargs="?",
        choices=["hold", "block", "pass", "off"],
        help="hold, block or pass everything; left out: how does it stand?",
    )
    stop.add_argument("--tenant", default="", help="default: everybody")


def _people(commands: _Commands) -> None:
    people = commands.group("people", "who may sign in at the console")
    add = people.add("add", "add a person, and print a sign-in link that works once", "people:add")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=tuple(MAY), default="agent")
    add.add_argument("--skills", metavar="A,B", help="what they can do, as rules' `skills` say")
    add.add_argument("--languages", metavar="DE,EN", help="which languages they speak")
    add.add_argument("--capacity", type=int, help="holds and conversations at once; 0: the usual")
    reset = people.add(
        "reset", "take the password away, end sessions, print a link", "people:reset"
    )
    reset.add_argument("name", metavar="NAME")
    listed = people.add("list", "everybody who may sign in", "people:everyone")
    revoke = people.add("revoke", "shut a person out", "people:revoke")
    revoke.add_argument("name", metavar="NAME")
    for command in (add, reset, listed, revoke):
        _tenant(command)


def _keys(commands: _Commands) -> None:
    keys = commands.group("keys", "API keys of tenants")
    add = keys.add("add", "make a key, and print it this once", "keys:add")
    add.add_argument("--aware", action="store_true", help="tell it rules, scores and reviewers")
    add.add_argument("--origin", action="append", default=[], help="only from this page's origin")
    add.add_argument("--scope", action="append", default=[], choices=["desk"], help="also decide")
    add.add_argument("--label", default="", help="what it is for")
    listed = keys.add("list", "all keys; never the keys themselves", "keys:everyone")
    revoke = keys.add("revoke", "stop a key, within five seconds", "keys:revoke")
    revoke.add_argument("ident", metavar="ID", help="the part between hk_ and the next _")
    for command in (add, listed, revoke):
        _tenant(command)


def _webhooks(commands: _Commands) -> None:
    group = commands.group("webhooks", "other programs that are told what happens")
    group.add("list", "which there are, and how they do", "webhooks:everyone")
    group.add("secret", "print a new secret to sign messages with", "webhooks:secret")
    test = group.add("test", "send a test message", "webhooks:test")
    test.add_argument("name", metavar="NAME", nargs="?", default="", help="default: to each")
    retry = group.add("retry", "send once more what was given up", "webhooks:retry")
    retry.add_argument("name", metavar="NAME")


def _tenant(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tenant", default="", help="default: the only one there is")


def _rules(commands: _Commands) -> None:
    check = commands.add("check", "is this rules file right?", "rules:check")
    check.add_argument("file", metavar="RULES", nargs="?", help="default: the configured one")
    explain = commands.add("explain", "what would the rules do with this answer?", "explain:run")
    explain.add_argument(
        "draft", metavar="ANSWER", help="the model's answer, or a turn's id; - reads from stdin"
    )
    explain.add_argument("--rules", metavar="RULES", help="default: the configured file")
    explain.add_argument("--customer", default="", metavar="TEXT", help="what was asked")
    explain.add_argument("--model", default="", help="the model's name")
    explain.add_argument("--channel", default="")
    explain.add_argument("--tag", action="append", default=[])
    explain.add_argument("--at", metavar="TIME", help="when it came: 2026-12-24T10:00+01:00")
    explain.add_argument("--all", action="store_true", help="also the rules that found nothing")
    _tenant(explain)
    test = commands.add("test", "do the rules do what their tests say?", "test:run")
    test.add_argument(
        "paths", metavar="PATH", nargs="*", help="files or folders; default: the configured rules"
    )
    schema = commands.add("schema", "JSON Schema for editors", "schema:run")
    schema.add_argument("of", choices=["rules", "tests"], nargs="?", default="rules")
    score = commands.add("score", "score a file of drafts with the rules' checks", "score:run")
    score.add_argument("--rules", metavar="RULES", help="default: the configured file")
    score.add_argument("--in", dest="drafts", required=True, metavar="FILE", help="JSON lines")
    score.add_argument("--out", required=True, metavar="FILE", help="if it exists, go on there")
    score.add_argument("--checks", default="", metavar="A,B", help="only these")
    for side in ("bad", "good"):
        score.add_argument(
            f"--known-{side}", action="append", default=[], metavar="FILE", help="a library"
        )


def _tuning(commands: _Commands) -> None:
    labels = commands.add("labels", "what people decided, as labels for calibrating", "labels:run")
    labels.add_argument("--out", required=True, metavar="FILE", help="labels in it are kept")
    labels.add_argument("--since", metavar="DATE", help="2026-12-24, or with a time")
    labels.add_argument("--texts", action="store_true", help="with questions and answers")
    labels.add_argument(
        "--put-back", default="", metavar="FILE", help="holds that were put back: who, and why"
    )
    _tenant(labels)
    calibrate = commands.add(
        "calibrate", "one risk and a threshold from labelled answers", "calibrate:run"
    )
    calibrate.add_argument("--in", dest="labels", required=True, metavar="FILE", help="JSON lines")
    calibrate.add_argument(
        "--scores", default="", metavar="FILE", help="newer scores, of `hitl-chat score`"
    )
    calibrate.add_argument("--alpha", type=float, default=0.1, help="most misses, a share (0.1)")
    calibrate.add_argument("--delta", type=float, default=0.1, help="chance to be wrong (0.1)")
    calibrate.add_argument("--rules", default="", metavar="RULES", help="what it is bound to")
    calibrate.add_argument("--out", default="", metavar="FILE", help="keep the certificate here")
    calibrate.add_argument(
        "--check", default="", metavar="FILE", help="does this certificate hold for the answers?"
    )


def _looking(commands: _Commands) -> None:
    models = commands.add("models", "which models there are; fetch or export one", "models:run")
    models.add_argument(
        "do",
        nargs="?",
        choices=["list", "fetch", "export"],
        default="list",
        help="fetch the embedding model, or export it to ONNX; left out: what is there?",
    )
    models.add_argument("--model", default="", help="another embedding model than is configured")
    models.add_argument("--quantisation", default="", choices=["fp32", "int8"])
    commands.add("verify", "is the record complete and unchanged?", "verify:run")
    commands.add("doctor", "what is missing, and how to fix it", "doctor:run")
