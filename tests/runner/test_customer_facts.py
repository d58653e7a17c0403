"""What a front end may tell agents about its customer: few names, short texts, only to be shown."""

import pytest

from hitl_chat.errors import BadRequest
from hitl_chat.runner.customer_facts import facts, told


def test_known_facts_come_in_our_order() -> None:
    said = {"orders": "2", "name": "Ana R.", "tier": "", "language": "pt-BR"}
    assert list(told({"customer": said}).items()) == [
        ("name", "Ana R."),
        ("language", "pt-BR"),
        ("orders", "2"),
    ]


@pytest.mark.parametrize("metadata", [None, "x", {}, {"customer": "acme"}, {"customer": None}])
def test_other_metadata_is_somebody_elses(metadata: object) -> None:
    assert told(metadata) == {}


@pytest.mark.parametrize(
    ("customer", "param"),
    [
        ({"password": "x"}, "metadata.customer"),
        ({"tier": 3}, "metadata.customer.tier"),
        ({"name": ["Ana"]}, "metadata.customer.name"),
        ({"note": "x" * 201}, "metadata.customer.note"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(customer: object, param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        told({"customer": customer})
    assert refused.value.param == param


def test_a_refusal_names_the_place_where_it_was_said() -> None:
    with pytest.raises(BadRequest) as refused:
        facts({"plan": 7}, "customer")
    assert refused.value.param == "customer.plan"
