"""What a model would write for an agent: a held rest in other words, or a takeover's next message.

It is shown to the agent and never sent by itself; what they make of it is an edit, or a message,
like any other. Each is recorded: who asked which model, by which prompt. Knows no transport.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from secrets import token_hex
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct
from sqlalchemy import Connection

from hitl_chat.checks.judging import fence, fenced
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.errors import HitlError, NotFound, Unavailable
from hitl_chat.ports import Asker, Clock, Database, Question
from hitl_chat.prompt_ports import Prompts
from hitl_chat.rules.facts import Criteria
from hitl_chat.runner.buckets import Quota
from hitl_chat.runner.commands import Ident, Text
from hitl_chat.runner.moves import find, speaker
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Guides
from hitl_chat.runner.people_views import View
from hitl_chat.store import events, holds, messages, texts, turns

PATIENCE = 20.0  # seconds; somebody sits and waits
LONGEST = 1024  # tokens
REMEMBERED = 20  # messages of the conversation that the model is told
NOTHING = "(nothing in particular)"
ROLES = {"customer": "user"}


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent wants: the pending rest of a hold in other words, or a next message.

    `text`: what they made of that rest until now; it is rewritten, and not the draft.
    """

    conversation: Ident
    hold: Annotated[str, Meta(max_length=200)] = ""
    instruction: Annotated[str, Meta(max_length=2000)] = ""
    text: Text = ""


class Suggestion(View, frozen=True):
    """A text that nobody has sent, and the model that wrote it."""

    text: str
    model: str


class _Told(NamedTuple):
    """What there is to go by. `rules`: what their authors wrote, of those that stopped it."""

    model: str
    said: tuple[Mapping[str, Any], ...]
    sent: str = ""
    draft: str = ""
    rules: Sequence[Criteria] = ()

    @property
    def guidance(self) -> str:
        return "\n".join(each.guidance for each in self.rules if each.guidance) or NOTHING

    @property
    def policy(self) -> str:
        named = dict.fromkeys(each.policy for each in self.rules if each.policy)
        return "\n\n".join(f"{part.title}\n{part.text}".strip() for part in named) or NOTHING


class Suggesting:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        asker: Asker,
        prompts: Prompts,
        ids: Callable[[str], str],
        criteria: Guides,
        quota: Quota | None = None,
    ) -> None:
        self._db, self._clock, self._ids = db, clock, ids
        self._quota = quota or Quota(clock)
        self._asker, self._prompts, self._criteria = asker, prompts, criteria

    async def suggest(self, by: Agent, wish: Wish) -> Suggestion:
        """Raises TooMany where somebody asks for more than one person reads."""
        with self._quota.call(by.person.id):
            return await self._suggest(by, wish)

    async def _suggest(self, by: Agent, wish: Wish) -> Suggestion:
        told = await self._db.read(lambda conn: self._told(conn, by.tenant, wish))
        name = "rewrite" if wish.hold else "reply"
        nonce = token_hex(8)
        inputs = {
            "instruction": wish.instruction.strip() or NOTHING,
            "guidance": told.guidance,
            "policy": fenced(told.policy, nonce),
            "fence": fence(nonce),
        }
        if wish.hold:
            inputs |= {"sent": fenced(told.sent, nonce), "draft": fenced(told.draft, nonce)}
        prompt = self._prompts.take(name)
        content = await prompt.render(**inputs)
        said = [*told.said, {"role": "user" if wish.hold else "system", "content": content}]
        text = await self._asked(Question(said, told.model, temperature=0.3, max_tokens=LONGEST))
        # A draft may end its sent part in the middle of a line: what joins it is kept.
        joint = told.draft[: len(told.draft) - len(told.draft.lstrip())]
        found = Suggestion(joint + text.strip() if wish.hold else text.strip(), told.model)
        await self._record(by, wish, found, prompt.version)
        return found

    async def _asked(self, question: Question) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                return (await self._asker.ask(question)).text
        except TimeoutError:
            msg = f"the model said nothing within {PATIENCE:g} s: write it yourself, or ask again"
            raise Unavailable(msg, code="model_slow") from None
        except HitlError as error:
            msg = "the model cannot be asked now: write it yourself"
            raise Unavailable(msg, code="model_unavailable") from error

    def _told(self, conn: Connection, tenant: str, wish: Wish) -> _Told:
        if wish.hold:
            return self._about(conn, tenant, wish)
        speaker(conn, tenant, wish.conversation)
        known = turns.of_conversation(conn, tenant, wish.conversation, limit=1)
        if not known:
            msg = "no model has answered in this conversation yet: write it yourself"
            raise NotFound(msg, code="no_model_here")
        said = messages.transcript(conn, tenant, wish.conversation, limit=REMEMBERED)
        stopped = holds.of_conversation(conn, tenant, wish.conversation, limit=1)
        rules = [one for hold in stopped for one in self._rules(conn, hold)]
        return _Told(known[0].model, tuple(map(_message, said)), rules=rules)

    def _about(self, conn: Connection, tenant: str, wish: Wish) -> _Told:
        hold = find(conn, tenant, wish.hold)
        if hold.conv != wish.conversation:
            msg = f"{wish.hold!r} is no hold of this conversation"
            raise NotFound(msg, code="hold_elsewhere")
        draft = holds.draft(conn, tenant, hold.id)
        asked = turns.get(conn, tenant, hold.turn)
        said = turns.written(conn, tenant, hold.turn).messages or []
        return _Told(
            asked.model if asked else "",
            tuple(one for one in said if one.get("role") != "system")[-REMEMBERED:],
            draft.sent.get(CONTENT, ""),
            wish.text or draft.pending.get(CONTENT, ""),
            self._rules(conn, hold),
        )

    def _rules(self, conn: Connection, hold: Hold) -> Sequence[Criteria]:
        """In the version that the hold was opened under."""
        told = self._criteria(conn, holds.about(conn, hold.tenant, hold.id).criteria_version)
        return [told[rule] for rule in hold.terms.rules if rule in told]

    async def _record(self, by: Agent, wish: Wish, found: Suggestion, prompt: str) -> None:
        """What was asked for and what came, where all text lies; the event names both."""
        ident, now = self._ids("sugg"), self._clock.now()
        kept = {"instruction": wish.instruction, "text": found.text}

        def write(conn: Connection) -> None:
            conv = wish.conversation
            ref = f"{ident}/suggestion"
            stored = texts.put_fields(conn, by.tenant, conv, ref, kept, now)
            told = {
                "suggestion": ident,
                "hold": wish.hold,
                "by": by.person.id,
                "model": found.model,
                "prompt": prompt,
                "texts": {stored.ref: stored.sha},
            }
            events.append(conn, by.tenant, events.of_conversation(conv), "suggested", told, now)

        await self._db.write(write)


def _message(said: messages.Message) -> Mapping[str, Any]:
    return {"role": ROLES.get(said.author, "assistant"), "content": said.text or ""}
