"""The questions of `hitl-chat init`: answered by options, a file, defaults or a person.

Owns where an answer comes from. What may be answered is in `starting/questions.py`.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hitl_chat.cli.out import note
from hitl_chat.errors import ConfigError
from hitl_chat.rules.load import Document, document
from hitl_chat.rules.sources import read
from hitl_chat.starting.questions import Answers, Question, answers, contact, questions, typed

CONTACTS = "contacts"


def asked(arguments: Namespace, sectors: Sequence[str]) -> Answers:
    every = questions(sectors)
    file = _file(arguments.answers, every)
    given = dict(_given(arguments, file, every))
    missing = [question for question in every if question.name not in given]
    if arguments.yes:
        given |= {question.name: question.read(question.default) for question in missing}
    elif missing and not sys.stdin.isatty():
        names = ", ".join(f"--{question.name}" for question in missing)
        msg = f"no terminal to ask at: give {names}, an --answers file, or --yes for defaults"
        raise ConfigError(msg)
    else:
        given |= _interview(missing)
    return answers(given, _contacts(arguments, file))


# --- options and files ------------------------------------------------------------------------


def _file(named: str | None, every: Sequence[Question]) -> Document | None:
    if named is None:
        return None
    found = document(read(Path(named)), file=named)
    if not isinstance(found.value, dict):
        raise ConfigError(f"{named}:1:1 not a file of answers: write e.g. `sector: retail`")
    known = [*(question.name for question in every), CONTACTS]
    for key in found.value:
        if key not in known:
            line, column = found.place((key,), key=True)
            raise ConfigError(f"{named}:{line}:{column} {key!r} is none of {', '.join(known)}")
    return found


def _given(
    arguments: Namespace, file: Document | None, every: Sequence[Question]
) -> Iterator[tuple[str, Any]]:
    """What is known before anybody is asked; options win over the file."""
    for question in every:
        name, option = question.name, getattr(arguments, question.name)
        if option is not None:
            yield name, _right(f"--{name}", question.read, option)
        elif file is not None and name in file.value:
            yield name, _right(f"{file.where((name,))} {name}", question.read, file.value[name])


def _contacts(arguments: Namespace, file: Document | None) -> Sequence[str]:
    if arguments.contact:
        return [_right("--contact", contact, one) for one in arguments.contact]
    if file is None or CONTACTS not in file.value:
        return ()
    where, value = f"{file.where((CONTACTS,))} {CONTACTS}", file.value[CONTACTS]
    if not isinstance(value, list):
        raise ConfigError(f"{where}: {value!r} is no list: write [help@shop.example]")
    return [_right(where, contact, one) for one in value]


def _right(where: str, made: Callable[[str], Any], value: object) -> Any:  # noqa: ANN401 (of each its own)
    try:
        return made(typed(value).strip())
    except ValueError as wrong:
        raise ConfigError(f"{where}: {wrong}") from None


# --- a person at a terminal -------------------------------------------------------------------


def _interview(missing: Sequence[Question]) -> Mapping[str, Any]:
    if missing:
        note("Return takes what stands in brackets, ? explains. Nothing is written before the end.")
    return {
        question.name: _answer(question, f"{place}/{len(missing)}")
        for place, question in enumerate(missing, 1)
    }


def _answer(question: Question, place: str) -> Any:  # noqa: ANN401 (of each its own)
    """Asked until the answer is one."""
    while True:
        note(f"\n{place} {question.asks} [{question.default}]")
        text = _line() or question.default
        if text == "?":
            note(f"  {question.help}")
            continue
        try:
            return question.read(text)
        except ValueError as wrong:
            note(f"  {wrong}")


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise ConfigError("the questions were not answered to the end: nothing was written")
    return line.strip()
