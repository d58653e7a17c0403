"""An answer that doubts itself scores, in seven languages; a plain one does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.hedging import look
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked
from tests.checks.asking import judged, marked, segment

UNSURE = [
    "I'm not sure whether the pegs fit.",
    "As far as I know, it ships on Monday.",
    "I could be wrong, but it is waterproof.",
    "Ich bin mir nicht sicher, ob das passt.",
    "Soweit ich weiß, ist es wasserdicht.",
    "Je ne suis pas sûr que cela convienne.",
    "Sauf erreur, le colis part lundi.",
    "No estoy seguro de que sirva.",
    "Que yo sepa, es impermeable.",
    "Non sono sicuro che vada bene.",
    "Não tenho certeza se serve.",
    "Ik weet niet zeker of het past.",
    "I\u2019m not sure.",
    "I'm n\u200bot sure.",
]
IGNORANT = [
    "I do not have enough information about that tent.",
    "There is no information on this in the manual.",
    "It is unclear when it arrives.",
    "I could not determine whether it fits.",
    "Dazu ist mir leider keine Auskunft möglich, es ist unklar.",
    "Il n'y a pas d'informations sur ce produit.",
    "No hay información sobre eso.",
]
GUESSED = [
    "I think it is blue.",
    "Vermutlich passt es.",
    "Je crois que oui.",
    "Creo que sí.",
    "It is probably fine.",
]
PLAIN = [
    "Wash it on a gentle cycle and rinse twice.",
    "Unser Laden ist montags geöffnet.",
    "Le colis arrive lundi.",
    "No se puede devolver una tarjeta usada.",
    "Non lo sopporta la lavatrice.",
    "There is no record of a cancellation.",
    "Thinking of everything: pegs, poles and ropes are in the bag.",
    "",
]


@pytest.mark.parametrize("draft", UNSURE)
async def test_a_doubt_counts(draft: str) -> None:
    verdict = await judged("hedging", draft)
    assert verdict.score >= 0.5
    assert "unsure" in verdict.detail
    assert verdict.spans


@pytest.mark.parametrize("draft", IGNORANT)
async def test_not_knowing_counts(draft: str) -> None:
    verdict = await judged("hedging", draft)
    assert verdict.score >= 0.5
    assert "gap" in verdict.detail


@pytest.mark.parametrize("draft", GUESSED)
async def test_one_guess_stays_under_a_half_and_two_do_not(draft: str) -> None:
    assert 0 < (await judged("hedging", draft)).score < 0.5
    assert (await judged("hedging", f"{draft} Maybe not.")).score > 0.5


@pytest.mark.parametrize("draft", PLAIN)
async def test_a_plain_answer_does_not_count(draft: str) -> None:
    verdict = await judged("hedging", draft)
    assert (verdict.score, verdict.spans, verdict.detail) == (0.0, (), "")


async def test_it_marks_the_doubt_and_nothing_else() -> None:
    draft = "Yes. I'm not sure about the colour, though."
    assert marked(await judged("hedging", draft), draft) == ["I'm not sure"]
    said = await segment("hedging", draft, 5, len(draft))
    assert marked(said, draft) == ["I'm not sure"]
    assert (await segment("hedging", draft, 0, 5)).score == 0.0


@given(st.sampled_from(UNSURE), st.sampled_from(["\n", "  ", " \n ", "\t"]))
def test_white_space_changes_nothing(draft: str, blank: str) -> None:
    spaced = draft.replace(" ", blank)
    one, other = (look(Asked([], {CONTENT: text}, final=True)) for text in (draft, spaced))
    assert (one.score, one.detail) == (other.score, other.detail)


@given(st.text(max_size=80))
def test_any_text_has_a_score_and_marks_inside_it(draft: str) -> None:
    risk = look(Asked([], {CONTENT: draft}, final=True))
    assert 0 <= risk.score <= 1
    assert all(0 <= span.start < span.end <= len(draft) for span in risk.spans)
