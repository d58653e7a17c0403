"""What a judge is shown and what counts as its verdict. Pure.

Untrusted text stands between fences with a number nobody could know; a fence within the text is
broken up. Only one JSON object of exactly the shape that the prompt names is a verdict: anything
else is none.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hitl_chat.checks.ends import FIRST, ends
from hitl_chat.checks.transcript import INSTRUCTIONS, Message, text_of
from hitl_chat.core.types import Value

OK, UNSURE, BAD = "ok", "unsure", "bad"
SCORES = {OK: 0.0, UNSURE: 0.5, BAD: 1.0}
INPUTS = ("criteria", "fence", "conversation", "draft")
VERDICT, QUOTE = "verdict", "quote"
OUTPUT = f"a `{VERDICT}` of type string with the enum [{', '.join(SCORES)}]"
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
LONGEST = 24_000  # characters of conversation; of a longer one the middle is left out
INSTRUCTED = 8_000  # of them for the instructions, which stay in sight
ROUND = 3  # characters more than needed: what ends the last line is not told
LEFT_OUT = "… {} characters left out …"
INDENT = "\n    "  # so that nobody can write a line that looks like another speaker's
LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # where `str.splitlines` parts
FENCE = re.compile(r"={3,}")
BLOCK = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


Schema = Mapping[str, Any]


class Said(Value, frozen=True):
    """`quote`: the words of the draft that decided it, where the prompt asks for them."""

    verdict: str
    quote: str = ""

    @property
    def score(self) -> float:
        return SCORES[self.verdict]


def unfit(schema: Schema | None) -> str:
    """Why a prompt whose answers have this shape is none for a judge; "" if it is one."""
    if schema is None:
        return f"its output is text, and a judge needs {OUTPUT}"
    asked = schema["properties"]
    words = asked.get(VERDICT, {}).get("enum") or ()
    if not {OK, BAD} <= set(words) <= SCORES.keys():
        return f"its output needs {OUTPUT}"
    if asked.get(QUOTE, {"type": "string"})["type"] != "string":
        return f"`{QUOTE}` in its output must be of type string: words of the answer"
    return ""


def unlike(inputs: Collection[str]) -> str:
    """Why a prompt with these inputs is none for a judge; "" if it is one."""
    if set(inputs) == set(INPUTS):
        return ""
    return f"its inputs are {sorted(inputs)}; a judge's are {', '.join(INPUTS)}, each used"


def fence(nonce: str) -> str:
    return f"===== {nonce} ====="


def fenced(text: str, nonce: str) -> str:
    """The text, unable to end the fence it stands in."""
    return FENCE.sub(lambda marks: " ".join(marks[0]), text).replace(nonce, "-" * len(nonce))


def conversation(messages: Sequence[Message]) -> str:
    """One message after the other; only the first line of each begins at the margin."""
    if _size(messages) <= LONGEST:
        return _shortened(messages, LONGEST)
    orders = [one for one in messages if one.get("role") in INSTRUCTIONS]
    others = [one for one in messages if one.get("role") not in INSTRUCTIONS]
    spent = min(_size(orders), max(INSTRUCTED, LONGEST - _size(others)))
    parts = (_shortened(orders, spent), _shortened(others, LONGEST - spent))
    return "\n".join(filter(None, parts))


def _size(messages: Sequence[Message]) -> int:
    """How long they are when they are told, without telling them."""
    lengths = [len(_begun(one)) + _length(text_of(one)) for one in messages]
    return sum(lengths) + max(len(lengths) - 1, 0)


def _length(text: str) -> int:
    """With every end of a line, but the last, an indent."""
    pairs = text.count("\r\n")
    breaks = sum(map(text.count, LINE_ENDS)) - pairs
    shown = breaks - text.endswith(tuple(LINE_ENDS))
    return len(text) - pairs - breaks + shown * len(INDENT)


def _begun(message: Message) -> str:
    return f"[{message.get('role', '?')}] "


def _told(message: Message, text: str) -> str:
    return INDENT.join(f"{_begun(message)}{text}".splitlines())


def _shortened(messages: Sequence[Message], most: int) -> str:
    """Both ends of them; only what is kept is told.

    The rest goes on within a line, so it cannot begin as another speaker.
    """
    unread = _size(messages) - most
    if unread <= 0:
        some = ends("\n".join(_told(one, text_of(one)) for one in messages), most)
        unread, parts = some.unread, some.parts
    else:
        first = most // FIRST
        parts = (_beginning(messages, first), _ending(messages, most - first))
    return f"\n({LEFT_OUT.format(unread)}){INDENT}".join(parts)


def _beginning(messages: Sequence[Message], most: int) -> str:
    told = ""
    for message in messages:
        told += _told(message, text_of(message)[:most]) + "\n"
        if len(told) > most:
            break
    return told[:most]


def _ending(messages: Sequence[Message], most: int) -> str:
    told = ""
    for message in reversed(messages):
        text = text_of(message)
        if len(text) > most + ROUND:  # it goes on where this begins
            told = INDENT.join(text[-most - ROUND :].splitlines()) + told
            break
        told = _told(message, text) + told
        if len(told) >= most:
            break
        told = "\n" + told
    return told[-most:] if most else ""


def understood(reply: str, schema: Schema) -> Said | None:
    """The verdict, if the whole reply is one of this shape."""
    text = reply.strip()
    block = BLOCK.fullmatch(text)
    try:
        said = json.loads(block[1] if block else text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    asked = schema["properties"]
    if said.keys() != asked.keys() or not all(_is(said[name], asked[name]) for name in asked):
        return None
    return Said(said[VERDICT], said.get(QUOTE, ""))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A verdict that is given twice is none, whichever comes last."""
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a key is given twice")
    return read


def missed(bad: Said | None, fine: Said | None) -> str:
    """What is wrong with what it said of a probe's bad and of its fine answer; "" if nothing is."""
    for what, said, right in (("bad", bad, BAD), ("fine", fine, OK)):
        if said is None or said.verdict != right:
            heard = "what is no verdict" if said is None else repr(said.verdict)
            return f"of the {what} answer it said {heard}"
    return ""


def _is(value: object, wanted: Schema) -> bool:
    """JSON's true is no number, though Python's is."""
    fits = type(value) in KINDS[wanted["type"]]
    return fits and value in wanted.get("enum", (value,))


def place(draft: str, quote: str, start: int, upto: int) -> tuple[int, int] | None:
    """Where the quoted words stand in the judged part of the draft."""
    words = quote.strip()
    at = draft.find(words, start, upto) if words else -1
    return (at, at + len(words)) if at >= 0 else None
