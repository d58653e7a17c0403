"""hitl-chat doctor: what is missing here, and how to fix it. Exit code 1 when something must be."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Collection, Iterator
from pathlib import Path

from hitl_chat.app.means import means
from hitl_chat.checks.preparing import advised, unreadable
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.checks.registry import installed
from hitl_chat.cli import findings, models, probes, webhooks
from hitl_chat.cli.config import chosen, load
from hitl_chat.cli.findings import Finding, Level
from hitl_chat.cli.out import say
from hitl_chat.errors import ConfigError
from hitl_chat.ports import Check
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.explain import check
from hitl_chat.rules.sources import read
from hitl_chat.settings import Settings

MARKS = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}


def run(arguments: Namespace) -> int:
    found = asyncio.run(_examined(arguments.config))
    width = max(len(finding.about) for finding in found)
    for finding in found:
        say(f"{MARKS[finding.level]}  {finding.about:{width}}  {finding.what}")
        if finding.fix:
            say(f"{'':{width}}        fix: {finding.fix}")
    return 1 if any(finding.level == "bad" for finding in found) else 0


async def _examined(named: str | None) -> list[Finding]:
    found = [*findings.environment(os.environ), *findings.console(), *findings.files()]
    try:
        settings = load(named)
    except ConfigError as problem:
        return [Finding("bad", "settings", problem.message, "correct the file"), *found]
    file = chosen(named)
    told = f"{str(file)!r}" if file else "defaults and environment only: no settings file"
    found = [
        Finding("ok", "settings", told),
        *found,
        *findings.data(settings),
        *findings.listening(settings),
        *findings.models(settings, os.environ),
        *_rules(settings),
    ]
    right = bool(settings.rules) and not any(f.about == "rules" and f.level == "bad" for f in found)
    for probe in (
        *([probes.certificate(settings)] if right else []),
        probes.models(settings, os.environ),
        probes.stored(settings),
        webhooks.findings(settings, os.environ),
        probes.server(settings, os.environ),
    ):
        found += [finding async for finding in probe]
    return found


def _rules(settings: Settings) -> Iterator[Finding]:
    if not settings.rules:
        yield Finding("bad", "rules", "none are configured", "set 'rules' to a rules file")
        return
    wants = means(settings)
    told = check(settings.rules, default_checks(means=wants))
    for finding in told:
        level: Level = "bad" if finding.level == "error" else "warn"
        yield Finding(level, "rules", str(finding), "correct the file; 'hitl-chat check' reads it")
    if not told:
        yield Finding("ok", "rules", f"{settings.rules!r} is right")
    if not any(finding.level == "error" for finding in told):
        checks = default_checks(means=wants)
        made = compile_ruleset(read(Path(settings.rules)), file=settings.rules, checks=checks)
        yield from _checks(made.configured.values())
    yield from models.findings(settings, wanted=wants.wanted)
    for plugin in installed()[1]:
        about = f"check {plugin.name!r} of {plugin.origin}"
        if plugin.problem:
            yield Finding("bad", "plugins", f"{about}: {plugin.problem}", "correct or remove it")
        else:
            yield Finding("ok", "plugins", about)


def _checks(checks: Collection[Check]) -> Iterator[Finding]:
    for name, why in unreadable(checks).items():
        fix = "until then it fails, and `on_error` of its rules decides"
        yield Finding("bad", f"check {name}", why, fix)
    for name, what in advised(checks).items():
        yield Finding("warn", f"check {name}", what, "docs/checks.md, 'judge', says how")
