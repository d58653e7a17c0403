"""`hitl-chat verify`: reads the whole record and says what is wrong, and where.

Streams without a gap, every MAC right, every text as its event says or shredded on record, every
decision with its event and every event with its decision, every checkpoint still fitting. Reads
pages, so that a running server is not disturbed. Knows no SQL.
"""

from collections.abc import Mapping
from functools import partial

import msgspec

from hitl_chat.core.chain import GENESIS, Keyring, matches, salted, seal
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Value
from hitl_chat.ports import Database
from hitl_chat.store import ledger, texts
from hitl_chat.store.ledger import Content, Entry, Made, Place, Sealed

MOST = 1000  # problems that are told; beyond, only counted


class Problem(Value, frozen=True):
    """Something that is not as it was written. `where` names stream and place, or the hold."""

    code: str
    where: str
    sentence: str


class Report:
    """What was looked at, and what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.untold = 0
        self.streams = self.events = self.texts = self.shredded = 0
        self.decisions = self.checkpoints = 0

    @property
    def good(self) -> bool:
        return not self.problems

    def say(self, code: str, where: str, sentence: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(code, where, sentence))
        else:
            self.untold += 1


async def verify(database: Database) -> Report:
    """Read everything; the report is complete whatever is found."""
    report = Report()
    ring = await database.read(ledger.keyring)
    await _Streams(database, ring, report).verify()
    await _heads(database, report)
    await _decisions(database, report)
    await _checkpoints(database, ring, report)
    return report


class _Body(Value, frozen=True):
    """What matters here of an event's body."""

    texts: Mapping[str, str] = {}
    hold: str = ""
    by: str = ""
    action: str = ""
    whole: str = ""


def _body(stored: str | None) -> _Body:
    """A body that cannot be read says nothing; that it was changed, its MAC tells."""
    try:
        return msgspec.json.decode(stored or "{}", type=_Body)
    except msgspec.MsgspecError:
        return _Body()


def _where(tenant: str, stream: str, seq: int) -> str:
    return f"{tenant or '-'} {stream} #{seq}"


class _Streams:
    """Every stream: no gap, every link and MAC right, and what its events name is there."""

    def __init__(self, database: Database, ring: Keyring, report: Report) -> None:
        self._database, self._ring, self._report = database, ring, report
        self._place, self._last = Place(), GENESIS
        self._expired: dict[str, float] = {}

    async def verify(self) -> None:
        after = Place()
        while page := await self._database.read(partial(ledger.entries, after=after)):
            for entry in page:
                self._follow(entry)
            await self._named([(entry, _body(entry.link.body)) for entry in page])
            self._report.events += len(page)
            after = page[-1].place

    def _follow(self, entry: Entry) -> None:
        link = entry.link
        if (link.tenant, link.stream) != self._place[:2]:
            self._place, self._last = Place(link.tenant, link.stream, 0), GENESIS
            self._report.streams += 1
        where, due = _where(link.tenant, link.stream, link.seq), self._place.seq + 1
        if link.seq != due:
            told = f"events {due} to {link.seq - 1} of this stream are missing"
            self._report.say("missing_events", where, told)
        elif entry.prev_mac != self._last:
            told = "this event is not linked to the one before it"
            self._report.say("broken_link", where, told)
        if not matches(self._ring, entry.key_id, entry.prev_mac, link, entry.mac):
            known = "changed" if entry.key_id in self._ring.keys else "signed with an unknown key"
            self._report.say("wrong_mac", where, f"this event ({link.type}) was {known}")
        self._place, self._last = Place(link.tenant, link.stream, link.seq), entry.mac

    async def _named(self, page: list[tuple[Entry, _Body]]) -> None:
        """Texts and decisions that these events tell of."""
        refs = {ref for _, body in page for ref in body.texts}
        stored = await self._database.read(partial(ledger.contents, refs=refs)) if refs else {}
        for entry, body in page:
            if entry.hold != body.hold:
                told = f"it is filed under {entry.hold!r} and tells of {body.hold!r}"
                self._report.say("misfiled_event", self._at(entry), told)
            for ref, sha in body.texts.items():
                await self._text(entry, ref, sha, stored.get(ref))
        made = {body.hold: entry for entry, body in page if entry.link.type == "hold.decided"}
        there = await self._database.read(partial(ledger.decisions, holds=made)) if made else set()
        for hold in made.keys() - there:
            told = f"this event tells of a decision of {hold!r} that is not stored"
            self._report.say("missing_decision", self._at(made[hold]), told)

    def _at(self, entry: Entry) -> str:
        return _where(entry.link.tenant, entry.link.stream, entry.link.seq)

    async def _text(self, entry: Entry, ref: str, sha: str, stored: Content | None) -> None:
        report, where = self._report, self._at(entry)
        report.texts += 1
        if stored is None or stored.tenant != entry.link.tenant:
            told = f"the text {ref!r} is gone, and retention never does that"
            report.say("missing_text", where, told)
        elif stored.shredded:
            report.shredded += 1
            if not await self._on_record(entry, stored):
                told = f"the text {ref!r} was shredded, but the record does not say so"
                report.say("shredded_text", where, told)
        elif salted(stored.salt or b"", stored.content or b"") != sha:
            report.say("changed_text", where, f"the text {ref!r} is not the one that was recorded")

    async def _on_record(self, entry: Entry, stored: Content) -> bool:
        tenant = entry.link.tenant
        if tenant not in self._expired:
            expired = partial(ledger.expired_before, tenant=tenant)
            self._expired[tenant] = await self._database.read(expired)
        return stored.at < self._expired[tenant]


async def _heads(database: Database, report: Report) -> None:
    """Every stream ends where its head says."""
    tenant = stream = ""
    while page := await database.read(partial(ledger.heads, tenant=tenant, stream=stream)):
        for head in page:
            if head.mac != head.found:
                where = _where(head.tenant, head.stream, head.seq)
                report.say("missing_end", where, "the stream's last event is missing or changed")
        tenant, stream = page[-1].tenant, page[-1].stream


# --- decisions: row, event and text belong together -------------------------------------------


async def _decisions(database: Database, report: Report) -> None:
    after = ""
    while page := await database.read(partial(ledger.decided, after=after)):
        refs = {ref for made in page for ref in (made.sent_ref, made.text_ref) if ref}
        stored = await database.read(partial(ledger.contents, refs=refs))
        for made in page:
            _decision(made, stored, report)
        report.decisions += len(page)
        after = page[-1].hold


def _decision(made: Made, stored: Mapping[str, Content], report: Report) -> None:
    where, body = f"{made.tenant or '-'} {made.hold}", _body(made.body)
    if made.actor is None:
        report.say("missing_decision", where, "the hold says decided, but there is no decision")
    elif made.type != "hold.decided" or body.hold != made.hold:
        report.say("missing_event", where, "no event tells of this decision")
    elif (body.by, body.action) != (made.actor, made.action):
        told = f"the record says {body.action} by {body.by}, the decision says otherwise"
        report.say("changed_decision", where, told)
    elif not _same_text(made, body, stored):
        report.say("changed_decision", where, "the decided text is not the one in the record")


def _same_text(made: Made, body: _Body, stored: Mapping[str, Content]) -> bool:
    """What was sent, and what was decided to follow it, have the digest that was recorded."""
    sent, rest = stored.get(made.sent_ref), stored.get(made.text_ref or "")
    if sent is None or rest is None:
        return False
    if sent.shredded or rest.shredded:
        return True
    whole = Draft(texts.fields(sent.content), texts.fields(rest.content)).sha256()
    return whole == made.text_sha and salted(rest.salt or b"", whole.encode()) == body.whole


# --- checkpoints ------------------------------------------------------------------------------


async def _checkpoints(database: Database, ring: Keyring, report: Report) -> None:
    after, last = 0, GENESIS
    while page := await database.read(partial(ledger.seals, after=after)):
        for sealed in page:
            _seal(sealed, last, ring, report)
            last = sealed.seal
        report.checkpoints += len(page)
        after = page[-1].id


def _seal(sealed: Sealed, last: str, ring: Keyring, report: Report) -> None:
    tenant, stream, seq, mac, _ = sealed.head
    where = f"checkpoint {sealed.id}, {_where(tenant, stream, seq)}"
    key = ring.keys.get(sealed.key_id)
    if sealed.prev_seal != last:
        report.say("broken_checkpoint", where, "checkpoints before this one are missing")
    if key is None or seal(key, sealed.prev_seal, sealed.head) != sealed.seal:
        report.say("wrong_seal", where, "this checkpoint was changed, or its key is unknown")
    elif sealed.found != mac:
        report.say("rewritten", where, "the stream is not what it was at this checkpoint")
