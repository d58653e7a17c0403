"""hitl-chat explain: what the rules do with a typed answer, or did with a recorded turn."""

import asyncio
import os
import re
import sys
from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from hitl_chat.app.apart import apart
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.config import load
from hitl_chat.cli.opening import record, tenant
from hitl_chat.cli.out import say
from hitl_chat.errors import ConfigError, NotFound
from hitl_chat.oversight.recorded import Recorded, lines
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.explain import explain as explained
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.sources import read
from hitl_chat.store import rulesets, turns
from hitl_chat.tuning.rows import Row, moment
from hitl_chat.tuning.typed import heard

TURN = re.compile(r"turn_[0-9A-Za-z_-]+")


def run(arguments: Namespace) -> int:
    is_turn = TURN.fullmatch(arguments.draft)
    asyncio.run(_recorded(arguments) if is_turn else _typed(arguments))
    return 0


async def _typed(arguments: Namespace) -> None:
    settings = load(arguments.config)
    if not (file := arguments.rules or settings.rules):
        msg = "no rules file: name one, or set 'rules' in the settings"
        raise ConfigError(msg)
    at = _time(arguments.at) if arguments.at else None
    # No model is asked, so none has to be there, nor any key to one.
    alone = replace(settings, rules=file, models={})
    text = read(Path(file))
    async with apart(alone, os.environ) as means:
        checks = default_checks(means=means)
        ruleset = compile_ruleset(text, file=file, checks=checks)
        facts = RequestFacts(
            tenant=arguments.tenant,
            channel=arguments.channel,
            tags=frozenset(arguments.tag),
            model=arguments.model,
            customer_text=arguments.customer,
            at=at,
        )
        draft = sys.stdin.read() if arguments.draft == "-" else arguments.draft
        row = Row(
            id="typed",
            draft=draft,
            question=facts.customer_text,
            tenant=facts.tenant,
            channel=facts.channel,
            tags=arguments.tag,
            model=facts.model,
            at=arguments.at,
        )
        await means.start()
        found = explained(ruleset, facts, draft, said=await heard(ruleset, checks, row))
        say(found.text(everything=arguments.all))


def _time(written: str) -> float:
    try:
        return moment(written).timestamp()
    except ValueError as error:
        msg = f"--at: {error}"
        raise ConfigError(msg) from None


async def _recorded(arguments: Namespace) -> None:
    async with record(load(arguments.config), readonly=True) as database:
        whose, ident = await tenant(database, arguments.tenant), arguments.draft
        turn = await database.read(lambda conn: turns.get(conn, whose, ident))
        if turn is None:
            msg = f"there is no turn {ident!r} of {whose!r}"
            raise NotFound(msg)
        found = Recorded(
            turn,
            await database.read(lambda conn: turns.verdicts(conn, whose, ident)),
            await database.read(lambda conn: turns.reasons(conn, whose, ident)),
            await database.read(lambda conn: rulesets.by_sha(conn, turn.rules_version)),
        )
    say("\n".join(lines(found, default_checks(), everything=arguments.all)))
