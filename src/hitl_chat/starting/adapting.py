"""A pack's rules, changed to what was answered; its comments stay where they are.

Pure: text in, text out. What is added comes from `additions.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from hitl_chat.starting.additions import Addition, configured, named, replaced
from hitl_chat.starting.cases import OURS
from hitl_chat.starting.hours import opening
from hitl_chat.starting.questions import ENGLISH, Answers
from hitl_chat.starting.sheet import Change, Part, Sheet
from hitl_chat.starting.templates import quoted

APPROVAL = {"supervisor": ("route", "supervisor"), "nobody": ("then", "block")}
SHORT, WIDTH = 60, 100
_WAITS = re.compile(r"^(\s+on_no_agent: )wait$")
_ALLOWS = re.compile(r"\{allow: \[[^\]]*\]\}|\ballow: \[[^\]]*\]")
_OF_THE_PACK = re.compile(r"hitl-chat|examples/rules|^#\s*Try it|yaml-language-server")
DASH = "\N{EN DASH}"
APOLOGY = "Somebody should look at this before I answer. A colleague will get back to you."
REST = f"{DASH} let me check the rest with a colleague, who will get back to you."
# In other languages than the pack's: instead of an answer, after half of one, and our hours.
TEXTS = {
    "de": (
        "Das möchte ich erst klären lassen. Jemand aus unserem Team meldet sich bei Ihnen.",
        f"{DASH} den Rest lasse ich klären. Jemand aus unserem Team meldet sich bei Ihnen.",
        "Wir sind für Sie da: {}.",
    ),
    "fr": (
        "Je préfère faire vérifier cela. Une personne de notre équipe vous répondra.",
        f"{DASH} je fais vérifier la suite. Une personne de notre équipe vous répondra.",
        "Nos horaires : {}.",
    ),
    "es": (
        "Prefiero que alguien lo compruebe. Una persona de nuestro equipo le responderá.",
        f"{DASH} haré comprobar el resto. Una persona de nuestro equipo le responderá.",
        "Nuestro horario: {}.",
    ),
}
HEADER = """\
# Escalation rules, written by `hitl-chat init` from examples/rules/{sector}.yaml.
#
#   hitl-chat check rules.yaml        is the file right?
#   hitl-chat test rules.yaml         does it do what rules.tests.yaml says?
#   hitl-chat explain --rules rules.yaml "An answer to try."
#
# From here on it is yours. The pack's company is made up: put your own names, addresses, amounts
# and times in its place. Its guidance and the rules' own fallbacks are English.
"""


def adapted(pack: Sheet, answers: Answers, added: Sequence[Addition]) -> str:
    changes = [
        _header(pack, answers),
        _defaults(pack, answers),
        *_checks(pack, added),
        *_rules(pack, answers, added),
        *_contacts(pack, answers),
        *_hours(pack, answers),
    ]
    if "version" in pack.value:
        start, end, _ = pack.block("version")
        changes.append(Change(start, end, "version: 1"))
    return pack.changed(changes)


def _header(pack: Sheet, answers: Answers) -> Change:
    kept = [line for line in pack.heading() if not _OF_THE_PACK.search(line)]
    while kept and not kept[-1].strip("# "):
        kept.pop()
    text = HEADER.format(sector=answers.sector) + "#\n# The pack:\n" * bool(kept) + "\n".join(kept)
    return Change(0, len(pack.heading()), text)


# --- terms ------------------------------------------------------------------------------------


def _defaults(pack: Sheet, answers: Answers) -> Change:
    terms: dict[str, Any] = dict(pack.value.get("defaults", {}))
    terms["on_no_agent"] = "wait" if answers.staffed == "always" else "fallback_text"
    english = (str(terms.get("fallback", APOLOGY)), str(terms.get("fallback_after_text", REST)))
    terms["fallback"], terms["fallback_after_text"] = _fallbacks(answers, english)
    why = {
        "always": "Somebody is always there: a hold waits for a person, up to the deadline.",
        "never": "Nobody decides holds: customers get the fallback at once.",
        "hours": f"Somebody is there {answers.hours}; at other times customers get the fallback.",
    }[answers.staffed]
    lines = ["defaults:", f"  # {why}", *_written(terms)]
    if "defaults" not in pack.value:
        return _before_rules(pack, lines)
    start, end, _ = pack.block("defaults")
    return Change(start, end, "\n".join(lines))


def _before_rules(pack: Sheet, lines: Sequence[str]) -> Change:
    start = pack.block("rules").start
    return Change(start, start, "\n".join([*lines, "\n"]))


def _written(terms: Mapping[str, Any], indent: str = "  ") -> Iterator[str]:
    for key, value in terms.items():
        if key == "fallback_after_text":
            yield f"{indent}# Half an answer may end anywhere: what follows it begins with a dash."
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _written(value, indent + "  ")
        elif isinstance(value, str) and len(value) > SHORT:
            yield f"{indent}{key}: >-"
            inside = indent + "  "
            yield from wrap(
                value,
                WIDTH,
                initial_indent=inside,
                subsequent_indent=inside,
                break_on_hyphens=False,
            )
        else:
            yield f"{indent}{key}: {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]{1,40}", value):
        return value
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list) else quoted(value)


Said = str | Mapping[str, str]


def _fallbacks(answers: Answers, english: tuple[str, str]) -> tuple[Said, Said]:
    """In every language that answers may be in, the usual one first; English where there is no
    translation. What cannot be told gets the first."""
    texts = {ENGLISH: (*english, "Our hours: {}."), **TEXTS}
    codes = list(dict.fromkeys(c if c in texts else ENGLISH for c in answers.languages))
    hours = answers.hours if answers.staffed == "hours" else ""
    found = [
        {code: _with_hours(texts[code][place], texts[code][2], hours) for code in codes}
        for place in (0, 1)
    ]
    whole, after = (each if len(codes) > 1 else each[codes[0]] for each in found)
    return whole, after


def _with_hours(text: str, when: str, hours: str) -> str:
    return f"{text.strip()} {when.format(hours)}" if hours else text.strip()


def _hours(pack: Sheet, answers: Answers) -> Iterator[Change]:
    """The hours as rules can test them, if they can be read so."""
    found = opening(answers.hours) if answers.staffed == "hours" else None
    if found is None:
        return
    zone = "" if found.said else "    # write yours, such as Europe/Berlin: its clock counts"
    lines = [
        "# When somebody is there: for rules with `on: {hours: closed}`, for example.",
        "hours:",
        f"  timezone: {found.timezone}{zone}",
        "  open:",
        *(f"    {day}: [{', '.join(map(quoted, times))}]" for day, times in found.open.items()),
    ]
    yield _before_rules(pack, lines)


# --- checks and rules -------------------------------------------------------------------------


def _checks(pack: Sheet, added: Sequence[Addition]) -> Iterator[Change]:
    new = [text for one in added if not one.replaced for text in one.checks]
    if "checks" not in pack.value:
        start = pack.block("rules").start
        if new:
            yield Change(start, start, "\n".join(["checks:", *new, "\n"]))
        return
    places = dict(zip(pack.value["checks"], pack.items("checks"), strict=True))
    for one in added:
        if one.replaced:
            place = places[one.replaced]
            yield Change(place.start, place.end, "\n".join(one.checks))
    end = pack.block("checks").end
    yield Change(end, end, "\n".join(new))


def _rules(pack: Sheet, answers: Answers, added: Sequence[Addition]) -> Iterator[Change]:
    gone = replaced(pack, added)
    for part in pack.items("rules"):
        if part.value["name"] in gone:
            yield Change(part.start, part.end, "")
            continue
        if answers.staffed == "never":
            yield from _nobody_waits(pack, part)
        if answers.approver in APPROVAL and _moves_money(pack, part.value["when"]):
            yield _approval(pack, part, answers)
    new = [text for one in added for text in one.rules]
    end = pack.block("rules").end
    yield Change(end, end, "\n\n".join([f"\n{OURS}", *new]))


def _nobody_waits(pack: Sheet, part: Part) -> Iterator[Change]:
    for line in range(part.start, part.end):
        if found := _WAITS.match(pack.lines[line]):
            yield Change(line, line + 1, f"{found[1]}fallback_text")


def _moves_money(pack: Sheet, when: object) -> bool:
    """Whether a condition asks about tools that are called with an amount."""
    asked = set(named(when)) & set(configured(pack, "tool_calls"))
    tools = [
        tool for name in asked for tool in pack.value["checks"][name].get("tools", {}).values()
    ]
    return any("max" in tool.get("amount", {}) for tool in tools)


def _approval(pack: Sheet, part: Part, answers: Answers) -> Change:
    key, value = APPROVAL[answers.approver]
    lines = range(part.start, part.end)
    said = next((line for line in lines if pack.lines[line].startswith(f"    {key}:")), None)
    start, end = (part.start + 1, part.start + 1) if said is None else (said, said + 1)
    return Change(start, end, f"    {key}: {value}    # as you said of money above the limits")


def _contacts(pack: Sheet, answers: Answers) -> Iterator[Change]:
    """The company's own, once for all rules; those of the pack's made-up company go."""
    if not answers.contacts:
        return
    yield _before_rules(
        pack,
        [
            "# The company's own: no personal data to any rule, and a source for answers.",
            f"contacts: [{', '.join(map(quoted, answers.contacts))}]",
        ],
    )
    for path in pack.document.keys:
        if path[-2:] == ("pii", "allow"):
            line = pack.document.place(path, key=True)[0] - 1
            yield Change(line, line + 1, _ALLOWS.sub(_nothing, pack.lines[line]))


def _nothing(found: re.Match[str]) -> str:
    return "{}" if found[0].startswith("{") else "allow: []"
