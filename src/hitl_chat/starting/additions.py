"""What the answers add to a pack: checks, rules and their tests, as pieces of YAML.

Owns which answer asks for which piece. Knows no file, and of the pack its checks and what it holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from hitl_chat.ports import Checks
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.explain import explain
from hitl_chat.rules.facts import RequestFacts
from hitl_chat.starting.questions import Answers
from hitl_chat.starting.sheet import Sheet, free_name
from hitl_chat.starting.templates import filled, quoted

LANGUAGE = "language"
SAMPLES = {
    "en": "Thank you for writing to us. This is what you asked for, with a short note on it.",
    "de": "Danke für die Nachricht. Hier ist, worum Sie gebeten haben, mit einem kurzen Hinweis.",
    "fr": "Merci pour votre message. Voici ce que vous avez demandé, avec une petite remarque.",
    "es": "Gracias por su mensaje. Aquí está lo que usted ha pedido, con una pequeña nota.",
    "it": "Grazie per il messaggio. Ecco quello che ci ha chiesto, con una piccola nota per lei.",
}
WORST = {  # the rule against it, and what the customer writes or the answer says
    "money": ("money-promised", "", "We will credit 480 euros to you."),
    "harm": ("danger-to-life", "I took an overdose and I want to die.", ""),
    "privacy": ("personal-data", "", "Her private address is maria.weber@mail.example."),
    "legal": ("legal-statement", "", "You are legally entitled to that."),
    "reputation": (
        "angry-customer",
        "This is the fourth time I write. You are useless, this is ridiculous!!!",
        "",
    ),
}


class Addition(NamedTuple):
    """`replaced`: a check of the pack that gives way, with the rules that ask only it."""

    about: str
    rule: str
    checks: Sequence[str]
    rules: Sequence[str]
    tests: Sequence[str]
    replaced: str = ""


def additions(pack: Sheet, answers: Answers, checks: Checks) -> Sequence[Addition]:
    found = (_tools(pack, answers), _language(pack, answers), _documents(pack, answers))
    worst = _worst(pack, answers, checks)
    return [piece for piece in (*found, worst) if piece is not None]


def named(value: object) -> Iterator[str]:
    """The checks that a condition asks."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(inner if key == "check" else key)
            yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)


def configured(pack: Sheet, kind: str) -> Sequence[str]:
    """The pack's checks of this kind."""
    return [name for name, about in pack.value.get("checks", {}).items() if about["kind"] == kind]


# --- one piece for one answer -----------------------------------------------------------------


def _tools(pack: Sheet, answers: Answers) -> Addition | None:
    if answers.tools is None and configured(pack, "tool_calls"):
        return None
    tools = answers.tools or ()
    return _piece(
        pack, "tools", "tool-limits", kind="tool_calls", tools=tools, answers=answers, named="tools"
    )


def _language(pack: Sheet, answers: Answers) -> Addition:
    usual = next((code for code in answers.languages if code in SAMPLES), "")
    strangers = [code for code in SAMPLES if code not in answers.languages]
    if "pt" in answers.languages:
        strangers = [code for code in strangers if code != "es"]  # too near to be told apart
    # German first: of these it is the one least like the others.
    other = next((c for c in ("de", *strangers) if c in strangers), "") if strangers else ""
    return _piece(
        pack,
        LANGUAGE,
        "other-language",
        kind=LANGUAGE,
        named="tongue",
        answers=answers,
        usual=SAMPLES.get(usual, ""),
        other=SAMPLES.get(other, ""),
    )


def _documents(pack: Sheet, answers: Answers) -> Addition | None:
    if answers.documents == "none":
        return None
    return _piece(pack, "documents", "unsupported-claim", named="documented", answers=answers)


def _worst(pack: Sheet, answers: Answers, checks: Checks) -> Addition | None:
    rule, customer, draft = WORST[answers.worst]
    if answers.worst == "reputation" and configured(pack, "frustration"):
        return None
    if caught(pack, checks, customer, draft):
        return None
    return _piece(
        pack,
        f"worst-{answers.worst}",
        rule,
        named="patience",
        answers=answers,
        example=customer or draft,
    )


def caught(pack: Sheet, checks: Checks, customer: str, draft: str) -> Sequence[str]:
    """The pack's rules that fire for this, as far as that can be said without a model."""
    text = "\n".join(pack.lines)
    ruleset = compile_ruleset(text, file=pack.document.file, checks=checks)
    told = explain(ruleset, RequestFacts(customer_text=customer), draft)
    return [rule.name for rule in told.rules if rule.fired]


def _piece(
    pack: Sheet, template: str, rule: str, *, named: str, kind: str = "", **values: object
) -> Addition:
    existing = configured(pack, kind) if kind else ()
    check = existing[0] if existing else free_name(named, pack.value.get("checks", {}))
    gone = {check} if existing else set()
    kept = [r["name"] for r in pack.value["rules"] if not only(r["when"], gone)]
    rule = free_name(rule, kept)
    text = filled(f"{template}.yaml", check=check, rule=rule, **values)
    sheet = Sheet(text, template)
    checks, rules, tests = (
        sheet.slices(key) if key in sheet.value else () for key in ("checks", "rules", "tests")
    )
    return Addition(template, rule, checks, rules, tests, check if existing else "")


def replaced(pack: Sheet, added: Sequence[Addition]) -> Mapping[str, str]:
    """The pack's rules that give way, and what stands in their place."""
    return {
        rule["name"]: one.rule
        for one in added
        for rule in pack.value["rules"]
        if one.replaced and only(rule["when"], {one.replaced})
    }


def only(when: object, checks: Collection[str]) -> bool:
    """Whether a condition asks these checks and nothing else."""
    return isinstance(when, Mapping) and set(when) <= {"check", "above"} and when["check"] in checks


def contact_tests(answers: Answers) -> Sequence[str]:
    """An own address is nobody's personal data."""
    cases = []
    for contact in answers.contacts:
        address = f"help{contact}" if contact.startswith("@") else contact
        cases.append(
            f"  - name: {quoted(f'own: {contact} is ours')}\n"
            f"    draft: {quoted(f'You reach us here: {address}.')}\n"
            f"    documents: [{quoted(address)}]\n"
            "    expect: pass"
        )
    return cases
