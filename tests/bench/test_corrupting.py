"""Each operator makes its one mistake, always the same, and its material knows better."""

import pytest

from bench.corrupting import OPERATORS, POLICIES, PROMISES, Row, corrupted
from bench.restating import case_file, copied, looked_up, material, otherwise, reworded
from bench.synthetic_scorers import grounded
from bench.wrong_values import another_quantity, moments, quantities

ORDER = Row(
    "tent-1",
    "shop",
    "Where is my tent?",
    "Your order #W1234567 cannot be changed. It costs $1,250.00 and arrives on March 9th at 11 am. "
    "Is there anything else I may help you with?",
)
STAY = Row(
    "tent-2",
    "shop",
    "A room, please.",
    "I found a room in Hamburg for 3 people with Marta Keller. Order #W7654321 is ready.",
)
POLITE = Row("tent-3", "shop", "Hello", "Thanks! How can I help you?")
ROWS = (ORDER, STAY, POLITE)


def wrong(name: str, row: Row) -> str:
    draft = OPERATORS[name](row, ROWS)
    assert draft is not None
    assert draft != row.draft
    return draft


def changed(name: str, row: Row) -> tuple[set[str], set[str]]:
    """The words that went and those that came."""
    old, new = set(row.draft.split()), set(wrong(name, row).split())
    return old - new, new - old


@pytest.mark.parametrize(
    ("name", "row", "gone"),
    [
        ("number", ORDER, {"$1,250.00"}),
        ("number", STAY, {"3"}),
        ("negation", ORDER, {"cannot"}),
    ],
)
def test_one_thing_is_changed(name: str, row: Row, gone: set[str]) -> None:
    went, came = changed(name, row)
    assert went == gone
    assert len(came) == 1


def test_a_date_keeps_its_form() -> None:
    went, came = changed("date", ORDER)
    assert went <= {"March", "9th", "11"}
    assert all(word in ("March", "February") or word[0].isdigit() for word in came)


def test_an_entity_is_one_of_another_row() -> None:
    assert "#W7654321" in wrong("wrong entity", ORDER)
    assert "#W1234567" not in wrong("wrong entity", ORDER)


def test_what_is_invented_takes_the_place_of_politeness() -> None:
    for name, known in (("promise", PROMISES), ("invented policy", POLICIES)):
        assert any(wrong(name, ORDER).endswith(one) for one in known)
        assert "anything else" not in wrong(name, ORDER)
        assert wrong(name, STAY).startswith(STAY.draft)


def test_a_polite_answer_cannot_be_wrong() -> None:
    assert {one.row.id for one in corrupted(ROWS)} == {"tent-1", "tent-2"}


def test_it_is_the_same_every_time_and_says_what_it_is() -> None:
    made = list(corrupted(ROWS))
    assert made == list(corrupted(ROWS))
    assert {one.operator for one in made} == set(OPERATORS)
    assert all(one.synthetic for one in made)


def test_codes_dates_times_and_numbering_are_no_quantities() -> None:
    text = "1. Order #W1234567 by 11:30 on 2024-05-20, flight HAT170, +1 310-475-8711: 12 bags."
    assert [text[start:end] for start, end in quantities(text)] == ["12"]
    assert [one.text for one in moments(text)] == ["11:30", "2024-05-20"]


def test_no_number_that_was_spoken_of() -> None:
    assert "4" not in another_quantity("3", "3 or 4 people")
    assert all("," in other for other in another_quantity("1,250.00", "") if len(other) > 6)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("May 24, 2024", "2024-05-24"),
        ("2024-05-24", "May 24, 2024"),
        ("March 9th at 11 am", "9 March at 11:00"),
        ("14:30", "2:30 pm"),
        ("12:05 am", "00:05"),
        ("$1,250.00", "1250.00 USD"),
        ("5 to 7 business days", "5-7 working days"),
        ("3 rooms", "three rooms"),
    ],
)
def test_the_same_written_otherwise(text: str, other: str) -> None:
    assert otherwise(text) == other


@pytest.mark.parametrize("row", ROWS[:2])
def test_the_material_supports_the_right_draft_and_copies_none_of_it(row: Row) -> None:
    assert grounded(row, row.draft).score == 0.0
    assert copied(row.draft, case_file(row.draft), looked_up(row.draft))[0] == 0
    assert [message["role"] for message in material(row)] == ["system", "user", "assistant", "tool"]
    for name in ("number", "date", "wrong entity"):
        draft = OPERATORS[name](row, ROWS)
        assert draft is None or grounded(row, draft).score > 0


def test_samples_keep_the_facts() -> None:
    for sample in reworded(ORDER.draft):
        assert "#W1234567" in sample
        assert sample != ORDER.draft
