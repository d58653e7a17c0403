"""Which texts a decision stands for: always the remainder, what the customer has not read yet.

What was sent stays as it was sent; a decision names, per field, what follows it. A pending field
that a decision does not name is not sent at all: nothing leaves that nobody decided about.
"""

from collections.abc import Mapping
from typing import Literal

from hitl_chat.core.chain import draft_digest
from hitl_chat.core.command import Refusal
from hitl_chat.core.fields import CONTENT, choice_of, field, kind_of
from hitl_chat.core.policy import Terms
from hitl_chat.core.types import Field, Value

Texts = Mapping[Field, str]
DeclineAs = Literal["content", "refusal"]

# A person may write these; log-probabilities and the like only describe the model's own words.
EDITABLE = frozenset(
    {"content", "refusal", "reasoning", "reasoning_content", "tool_calls", "function_call"}
)
CALLS = frozenset({"tool_calls", "function_call"})


class Draft(Value, frozen=True):
    """The texts of a held answer, per field: what the customer has read, and what waits."""

    sent: Mapping[Field, str] = {}
    pending: Mapping[Field, str] = {}

    def sha256(self) -> str:
        return self.sha_with(self.pending)

    def sha_with(self, rest: Texts) -> str:
        """The digest of the whole answer if `rest` follows what was sent."""
        names = {*self.sent, *rest}
        return draft_digest({n: self.sent.get(n, "") + rest.get(n, "") for n in names})


def approved(draft: Draft) -> Texts:
    return {name: text for name, text in draft.pending.items() if text}


def declined(
    terms: Terms, draft: Draft, *, choices: int = 1, whole: bool = True, kind: DeclineAs = "content"
) -> Texts:
    """The rule's fallback for every choice that is not finished; it follows half an answer well."""
    told = {choice: draft.sent.get(field(choice, "content"), "") for choice in range(choices)}
    waiting = {choice_of(name) for name, text in draft.pending.items() if text}
    wanted = [c for c, sent in told.items() if c in waiting or not (sent and whole)] or list(told)
    return {field(choice, kind): _fallback(terms, told[choice]) for choice in wanted}


def _fallback(terms: Terms, sent: str) -> str:
    if not sent:
        return terms.fallback
    text, joint = (
        (terms.fallback_after_text, " ") if terms.fallback_after_text else (terms.fallback, "\n\n")
    )
    return text if sent[-1].isspace() or text[:1].isspace() else joint + text


def shorthand(draft: Draft, text: str, choices: int = 1) -> Texts | Refusal:
    """`{text}` is enough where only one field can be meant."""
    names = [name for name, waits in draft.pending.items() if waits and kind_of(name) in EDITABLE]
    if not names and choices == 1:
        names = [field(0, "content")]
    if len(names) == 1:
        return {names[0]: text}
    return Refusal(
        "which_field",
        f"several fields wait ({', '.join(names) or 'none yet'}): send 'texts' with one per field",
        {"fields": names},
    )


def edited(draft: Draft, texts: Texts, choices: int = 1) -> Texts | Refusal:
    """A person's own remainder, or what is wrong with it."""
    refusal = _misnamed(draft, texts, choices) or _halved(draft, texts) or _unwritable(texts)
    if refusal is not None:
        return refusal
    if not any(text.strip() for text in texts.values()) and not any(draft.sent.values()):
        return Refusal("text_needed", "an edit needs text: nothing was sent yet, so this is blank")
    return dict(texts)


def unchanged(draft: Draft, texts: Texts) -> bool:
    """Whether these say what waits, word for word."""
    return _words(texts) == _words(draft.pending)


def _words(texts: Texts) -> dict[Field, list[str]]:
    return {name: words for name, text in texts.items() if (words := text.split())}


def corrected(draft: Draft, texts: Texts, mark: str, choices: int = 1) -> Texts | Refusal:
    """The answer anew, behind a beginning that was wrong: announced by `mark` for whoever has
    read that, in its place for whoever can replace it."""
    if choices > 1 or not draft.sent.get(CONTENT, "").strip():
        why = "nothing of one answer was sent: an edit is enough"
        return Refusal("nothing_to_correct", why)
    if set(texts) != {CONTENT}:
        return Refusal(
            "which_field",
            f"a correction is one text, in the place of the answer: name {CONTENT!r} alone",
            {"fields": [CONTENT]},
        )
    if not texts[CONTENT].strip():
        return Refusal("text_needed", "write what stands in the place of what was sent")
    drafted = draft.sent[CONTENT] + draft.pending.get(CONTENT, "")
    if texts[CONTENT].split() == drafted.split():  # else who may not approve would correct
        return Refusal("nothing_to_correct", "this says what the draft says: change it, or approve")
    return {CONTENT: announced(mark, texts[CONTENT].strip())}


def announced(mark: str, text: str) -> str:
    """A correction as it follows what was read, for clients that cannot replace what they show."""
    return f"\n\n{mark} {text}"


def _misnamed(draft: Draft, texts: Texts, choices: int) -> Refusal | None:
    known = {name for name in draft.pending if kind_of(name) in EDITABLE}
    known |= {field(choice, "content") for choice in range(choices)}
    unknown = sorted(set(texts) - known)
    if not unknown:
        return None
    return Refusal(
        "no_such_field",
        f"{unknown[0]!r} cannot be edited: name one of {', '.join(sorted(known))}",
        {"unknown": unknown, "fields": sorted(known)},
    )


def _halved(draft: Draft, texts: Texts) -> Refusal | None:
    """Half a tool call is another call: its name and its arguments are edited together."""
    calls = {_call(name) for name in texts}
    missing = sorted(
        name for name in draft.pending if _call(name) and _call(name) in calls and name not in texts
    )
    if not missing:
        return None
    return Refusal(
        "fields_missing",
        f"a tool call is edited as a whole: name {', '.join(missing)} too",
        {"missing": missing},
    )


def _call(name: Field) -> str:
    """ "0/tool_calls/1" of "0/tool_calls/1/arguments"; "" for a field that is no part of a call."""
    return name.rpartition("/")[0] if kind_of(name) in CALLS else ""


def _unwritable(texts: Texts) -> Refusal | None:
    for name, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError:
            return Refusal("invalid_text", f"{name!r} holds half a character (a lone surrogate)")
    return None
