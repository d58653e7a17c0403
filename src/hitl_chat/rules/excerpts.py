"""The part of a company's policy that a heading names, for agents to read beside a held answer.

Policies are Markdown, or plain text. Knows no file and no rule: what is wrong is a `ValueError`
that names the fix.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hitl_chat.rules.schema import LONGEST_TEXT
from hitl_chat.rules.wording import unknown

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_CLOSING = " \t#"  # signs at a heading's end that are not its title
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NO_WORD = re.compile(r"[^\w]+")


class Quoted(NamedTuple):
    title: str
    text: str


class _Heading(NamedTuple):
    line: int
    level: int
    title: str


def excerpt(text: str, heading: str) -> Quoted:
    """What stands under this heading, up to the next of its level; without one, all of it."""
    lines = text.splitlines()
    headings = list(_headings(lines))
    if heading:
        at = _wanted(headings, heading)
        after = (one.line for one in headings if one.line > at.line and one.level <= at.level)
        found = _quoted(at.title, lines[at.line + 1 : next(after, len(lines))])
    elif headings and not "".join(lines[: headings[0].line]).strip():
        found = _quoted(headings[0].title, lines[headings[0].line + 1 :])
    else:
        found = _quoted("", lines)
    return _fit(found, heading)


def _headings(lines: Sequence[str]) -> Iterator[_Heading]:
    """Those outside of code."""
    fence = ""
    for line, text in enumerate(lines):
        mark = _FENCE.match(text)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(text)
        if heading and (title := heading[2].rstrip(_CLOSING)):
            yield _Heading(line, len(heading[1]), title)


def _wanted(headings: Sequence[_Heading], heading: str) -> _Heading:
    found = [one for one in headings if _anchor(one.title) == _anchor(heading)]
    if not found:
        raise ValueError(unknown("heading", heading, {one.title for one in headings}))
    if len(found) > 1:
        lines = " and ".join(str(one.line + 1) for one in found)
        raise ValueError(f"{heading!r} stands in lines {lines}: rename one of them there")
    return found[0]


def _anchor(title: str) -> str:
    """`4.2 Opened goods` is also known as `4-2-opened-goods`."""
    return _NO_WORD.sub("-", title.casefold()).strip("-")


def _quoted(title: str, lines: Sequence[str]) -> Quoted:
    return Quoted(title, "\n".join(lines).strip())


def _fit(found: Quoted, heading: str) -> Quoted:
    if not found.text:
        where = f"under {heading!r}" if heading else "in it"
        raise ValueError(f"nothing stands {where}: write it there, or name another part")
    if len(found.text) > LONGEST_TEXT:
        raise ValueError(
            f"{len(found.text):,} characters, more than {LONGEST_TEXT:,}: "
            "name a `heading` with less under it"
        )
    return found
