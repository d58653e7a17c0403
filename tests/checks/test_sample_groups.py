"""A person sees the samples as those who say the same, each group by the words that tell it."""

import pytest

from hitl_chat.checks import consistency
from hitl_chat.checks.comparing import compare
from hitl_chat.checks.means import NOTHING
from hitl_chat.checks.samples import Samples
from hitl_chat.core.events import Verdict
from hitl_chat.core.evidence import Cluster, Sample
from tests.checks.drawing import Answering, Means, about

THIRTY = ("Only faulty ones, within 30 days.", "You have 30 days if they are faulty.")
NINETY = "You may return them within 90 days, for any reason."


def says(*answers: str, question: str = "May I return them?") -> list[tuple[str, int]]:
    shown = compare(Samples(answers), question).shown
    return [(one.says, len(one.samples)) for one in shown.clusters]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((*THIRTY, NINETY), [("30 days", 2), ("90 days", 1)]),
        ((THIRTY[0], NINETY), [("30 days", 1), ("90 days", 1)]),
        (THIRTY, [("30 days", 2)]),
        (("In Dublin.", "It was in Cork."), [("Dublin", 1), ("Cork", 1)]),
        (("It costs 20 € today.", "It costs 35 and more."), [("20 €", 1), ("35", 1)]),
        (("Then tumble dry at 30 °C.",), [("30 °C", 1)]),
        (("Yes, you may.",), [("", 1)]),
        ((" ",), []),
    ],
)
def test_a_group_is_told_by_what_only_it_claims(
    answers: tuple[str, ...], told: list[tuple[str, int]]
) -> None:
    assert says(*answers) == told


def test_what_the_question_says_tells_nothing() -> None:
    assert says("In Cork, in 1990.", question="Was it 1990?") == [("Cork", 1)]


def test_a_sample_to_other_words_says_so() -> None:
    shown = compare(Samples((THIRTY[0], " "), (THIRTY[1],)), "May I?").shown
    assert shown.clusters == (Cluster("30 days", (Sample(THIRTY[0]), Sample(THIRTY[1], True))),)


async def test_every_verdict_on_a_turn_shows_its_samples() -> None:
    left = [THIRTY[0], NINETY]
    means = Means(Answering(lambda _: left.pop(0)), NOTHING, None)
    check = consistency.build("again", consistency.Options(), means)
    said = await check.judge(about("You have 90 days."))
    assert isinstance(said, Verdict)
    assert [one.says for one in said.evidence.clusters] == ["30 days", "90 days"]
    assert "days" not in said.detail
