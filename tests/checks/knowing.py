"""A shop's library of known answers, and the check `known_bad` that reads it."""

from pathlib import Path

from hitl_chat.checks.known_bad import KnownBad, Options, build
from hitl_chat.checks.library import Entry, line, load
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked
from tests.checks.wording import Means, Wording

RETURNS = "Can I return opened headphones?"
WRONG = "Yes, returns are possible within 90 days."
RIGHT = "Only faulty headphones, within 30 days of delivery."
TENT = Entry("kb_2", "May I cook inside the tent?", bad="Yes, with the door open it is fine.")
BOTH = Entry("kb_17", RETURNS, bad=WRONG, good=RIGHT, by="ana", decision="dec_9")


def customer(*words: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": said} for said in words]


def whole(draft: str, *said: str) -> Asked:
    return Asked(customer(*said), {CONTENT: draft}, final=True)


class World:
    """A folder with a library, and the check that reads it."""

    def __init__(self, folder: Path, *entries: Entry, **options: object) -> None:
        self.file = folder / "known_bad.jsonl"
        self.embedder = Wording()
        self.means = Means(folder, self.embedder)
        self.write(*map(line, entries))
        self.check = self.build(**options)

    def build(self, **options: object) -> KnownBad:
        return build("known_bad", Options.model_validate(options), self.means)

    def write(self, *lines: bytes) -> None:
        with self.file.open("ab") as file:
            file.write(b"".join(lines))

    async def judged(self, draft: str, *said: str) -> Verdict:
        return verdict(await self.check.judge(whole(draft, *(said or (RETURNS,)))))

    def version(self) -> str:
        return load([self.file]).version


def verdict(said: Verdict | CheckFailed) -> Verdict:
    assert isinstance(said, Verdict), said
    return said
