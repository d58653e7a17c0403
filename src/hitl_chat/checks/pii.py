"""The check `pii`: personal data in an answer, apart from the company's own contact data.

Owns which kinds there are and the allow-list. The kinds themselves are in `pii_numbers.py` and
`pii_contacts.py`; adding one is adding a `Kind` there and its name here.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from hitl_chat.checks.contacts import contacts_of
from hitl_chat.checks.finding import Cursor, Finder, Hit
from hitl_chat.checks.normalise import key
from hitl_chat.checks.pii_contacts import EMAIL, IPV4, IPV6, PHONE
from hitl_chat.checks.pii_kind import Kind
from hitl_chat.checks.pii_numbers import CARD, IBAN, SSN
from hitl_chat.ports import Use

Type = Literal["email", "phone", "card", "iban", "ssn", "ip"]
KINDS: tuple[Kind, ...] = (EMAIL, PHONE, CARD, IBAN, SSN, IPV4, IPV6)


class Options(BaseModel):
    """A rule's `pii:`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: list[Type] = Field(
        list(get_args(Type)), min_length=1, description="kinds of personal data to look for"
    )
    allow: list[Annotated[str, Field(strict=True, min_length=3)]] = Field(
        [],
        validate_default=True,
        description="the company's own: addresses, numbers, or @a-whole-domain",
    )

    @field_validator("allow")
    @classmethod
    def _allowed_is_something(cls, allow: list[str], info: ValidationInfo) -> list[str]:
        """Together with the `contacts` of the whole file."""
        for written in allow:
            if "*" in written:
                raise ValueError(f"{written!r}: write the whole address or number, or @domain")
        return [*allow, *contacts_of(info)]


class Allowed:
    """The company's own contact data, however it is written."""

    def __init__(self, written: Sequence[str]) -> None:
        self._exact = frozenset(map(_plain, written))
        self._domains = tuple(key(one) for one in written if one.startswith("@"))

    def __contains__(self, found: str) -> bool:
        return _plain(found) in self._exact or (
            bool(self._domains) and key(found).endswith(self._domains)
        )


def _plain(written: str) -> str:
    """Numbers compare by their digits, accounts without blanks, everything else by its look."""
    look = key(written)
    if not re.search(r"[^\W\d_]", look):
        return re.sub(r"\D", "", look)
    return look if "@" in look else re.sub("[ -]", "", look)


class Personal:
    """A finder of one kind, for all uses that want it."""

    late = False

    def __init__(self, kind: Kind, uses: Sequence[tuple[str, Allowed]]) -> None:
        self._kind = kind
        self._uses = uses
        self.heads, self.begins = kind.heads, kind.begins

    def find(self, text: str, cursor: Cursor, *, final: bool) -> Sequence[Hit]:
        kind = self._kind
        tail = None if final else kind.tail(text)
        live = len(text) if tail is None else tail
        hits: list[Hit] = []
        start = max(cursor.taken.get(kind.name, 0), cursor.clear - kind.look_back, 0)
        for begin, end in kind.find(text, start):
            if begin >= live:
                break
            cursor.taken[kind.name] = end
            found = text[begin:end]
            hits += [
                Hit(use, begin, end, kind.name, kind.name)
                for use, allowed in self._uses
                if found not in allowed
            ]
        cursor.clear = live
        return hits


def finders(uses: Sequence[Use]) -> list[Finder]:
    """One finder for each kind that some use wants."""
    options = [(use.name, Options.model_validate(use.options)) for use in uses]
    allowed = {use: Allowed(its.allow) for use, its in options}
    wanted = {
        kind: [(use, allowed[use]) for use, its in options if kind.name in its.types]
        for kind in KINDS
    }
    return [Personal(kind, users) for kind, users in wanted.items() if users]
