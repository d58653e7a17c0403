"""A person sees what the model was given about the same as a claim that nothing supports."""

from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.passages import Sources, around, sentences
from hitl_chat.core.evidence import Passage
from tests.checks.asking import judged, said

POLICY = (
    "Opening hours are 9 to 5. Opened headphones can be returned within 30 days if faulty. Bye."
)
DRAFT = "Gladly. You can return opened headphones within 90 days. Anything else?"


async def test_the_nearest_passage_is_shown_with_the_claim() -> None:
    verdict = await judged("grounding", DRAFT, said("May I?", system=POLICY))
    assert verdict.evidence.passages == (
        Passage(
            "the instructions",
            "Opened headphones can be returned within 30 days if faulty.",
            "90 days",
        ),
    )
    assert "30" not in verdict.detail


async def test_what_a_tool_said_is_named() -> None:
    asked = said("Where is it?", tools=["Order 5120: headphones, shipped on Monday to Vienna."])
    draft = "Your headphones for order 5120 are shipped and arrive on Friday."
    verdict = await judged("grounding", draft, asked)
    assert [one.source for one in verdict.evidence.passages] == ["a tool's result"]


async def test_where_nothing_is_near_nothing_is_shown() -> None:
    verdict = await judged("grounding", DRAFT, said("May I?", system="We sell tents."))
    assert verdict.score > 0.5
    assert verdict.evidence.passages == ()


async def test_what_is_supported_needs_no_passage() -> None:
    verdict = await judged("grounding", DRAFT.replace("90", "30"), said("May I?", system=POLICY))
    assert verdict.evidence.passages == ()


def test_no_passage_is_endless() -> None:
    found = Sources([("it", "opened headphones " + "words " * 5000)]).nearest(DRAFT, "90 days")
    assert found is not None
    assert len(found.text) <= 600


@given(st.text(max_size=200), st.integers(0, 199))
def test_every_sentence_is_part_of_its_text(text: str, start: int) -> None:
    assert all(sentence in text for sentence in sentences(text))
    assert around(text, min(start, len(text)), len(text)) in text
