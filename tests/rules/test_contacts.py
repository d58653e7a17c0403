"""The company's own contact data, said once: no personal data, and a source of what is true."""

import pytest

from hitl_chat.core.events import Verdict
from hitl_chat.ports import Asked
from hitl_chat.rules.explain import explain
from hitl_chat.rules.facts import RequestFacts
from tests.rules.reading import rule, ruleset, wrong

CONTACTS = 'contacts: ["@wick.example", +49 30 555 0100, DE89 3704 0044 0532 0130 00]\n'
PII = rule("{pii: {}}")
OWN = (
    "Write to hello@wick.example.",
    "Your number: +49 (30) 5550100",
    "Pay to DE89370400440532013000 please.",
)


def fires(text: str, draft: str) -> bool | None:
    return explain(ruleset(text), RequestFacts(), draft).rules[0].fired


@pytest.mark.parametrize("draft", OWN)
def test_contacts_are_no_personal_data(draft: str) -> None:
    assert fires(PII, draft)
    assert not fires(CONTACTS + PII, draft)
    more = rule("{pii: {allow: ['@else.example']}}")
    assert not fires(CONTACTS + more, draft)
    assert not fires(CONTACTS + more, "Write to a@else.example.")
    assert fires(CONTACTS + more, "Write to marta@home.example.")


GROUNDED = {
    "Write to hello@wick.example.": False,
    "Write to hello@notwick.example.": True,
    "Write to hello@sub.wick.example.": True,
    "Write to hello@wick.example.org.": True,
    "Call +49 30 555 0100.": False,
    "See https://wick.example/help for more.": False,
    "See https://wick.example/other for more.": True,
}


@pytest.mark.parametrize("configured", ["checks:\n  sources: {kind: grounding}\n", ""])
@pytest.mark.parametrize(("draft", "fires"), GROUNDED.items())
async def test_contacts_are_a_source(draft: str, fires: bool, configured: str) -> None:
    contacts = CONTACTS.replace("]", ", https://wick.example/help]")
    name = "sources" if configured else "grounding"
    made = ruleset(contacts + configured + rule(f"{{check: {name}}}"))
    asked = Asked(
        messages=[{"role": "user", "content": "How?"}], texts={"0/content": draft}, final=True
    )
    said = await made.configured[name].judge(asked)
    assert isinstance(said, Verdict)
    assert (said.score >= 0.5) is fires


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        ("'*@wick.example'", "1:12 '*@wick.example': write the whole address or number, or @do"),
        ("ab", "1:12 'ab' is too short: 3 characters at least"),
        ("12345", "1:12 12345 is not a text: put it in quotes"),
    ],
)
def test_what_is_no_contact(contacts: str, said: str) -> None:
    assert wrong(f"contacts: [{contacts}]\n{PII}")[0].startswith(said)
