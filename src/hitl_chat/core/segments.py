"""Where a draft may be cut so that a check gets a whole thought.

A segment ends behind a sentence's end and the blanks that follow it. "3.5" and "www.example" do
not end one, so a Latin full stop counts only once a blank follows. Pure text; knows no gate.
"""

import re

LONGEST = 600  # a text without sentence ends is cut at a blank, so that nothing waits for ever

# Python's `re` is safe here: the pattern is ours, linear, and never a user's.
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]\s*|\n\s*")  # noqa: RUF001 (CJK full stops are meant)


def ends(text: str) -> list[int]:
    """Offsets behind each complete segment of `text`; what is right of the last one still grows."""
    found = [match.end() for match in _END.finditer(text)]
    # Blanks that are still coming belong to the segment before them.
    if found and found[-1] == len(text) and text[-1:].isspace():
        found.pop()
    return found or _forced(text)


def _forced(text: str) -> list[int]:
    if len(text) <= LONGEST:
        return []
    return [text.rfind(" ", 1, LONGEST) + 1 or LONGEST]
