"""What a person is shown: marks, counts, and which samples stand together."""

from hitl_chat.checks.lexical import keys, read
from hitl_chat.checks.lexical_evidence import agree, groups, told, unsupported
from hitl_chat.checks.tokens import tokens

NOBODY: frozenset[str] = frozenset()
THIRTY = "Tumble dry at 30 °C."
NINETY = "Tumble dry at 90 °C."


def line(segment: str, *answers: str) -> str:
    samples = [read(answer) for answer in answers]
    return told(tokens(segment), samples, groups(samples, NOBODY))


def marks(segment: str, *answers: str) -> list[str]:
    found = unsupported(tokens(segment), [read(answer) for answer in answers])
    return [segment[token.start : token.end] for token in found]


def test_the_least_supported_claims_are_counted() -> None:
    assert line(NINETY, THIRTY, THIRTY) == "0 of 2 samples agree on 1 number"
    assert line(NINETY, NINETY, THIRTY).startswith("1 of 2 samples agrees on 1 number")
    assert line(THIRTY, THIRTY, THIRTY) == "2 of 2 samples agree on every number and name"
    assert (
        line("Ask Ana or Ben at 9.", "no", "no") == "0 of 2 samples agree on 1 number and 2 names"
    )
    assert line("rinse twice", "soak", "rinse") == (
        "2 samples, no number or name to compare; samples apart: 1 + 1"
    )


def test_what_the_samples_are_is_told_too() -> None:
    told_of_them = line(THIRTY, THIRTY, NINETY, "I do not know.")
    assert told_of_them.endswith("1 of 3 do not know; samples apart: 1 + 1 + 1")


def test_marks_are_numbers_and_names_or_words_where_there_are_none() -> None:
    assert marks("Tumble gently at 90 °C for Ana.", "Tumble at 30 °C.") == ["90", "Ana"]
    assert marks("tumble gently", "tumble") == ["gently"]
    assert marks(NINETY, THIRTY, NINETY) == []


def test_a_short_answer_stands_with_the_long_one_that_contains_it() -> None:
    long = read("The city is Dublin, the capital of Ireland, on the river Liffey.")
    assert agree(read("Dublin."), long, NOBODY)
    assert not agree(read("Galway."), long, NOBODY)


def test_groups_are_largest_first_and_the_questions_words_bind_nobody() -> None:
    asked = keys(tokens("Where was James Joyce born?"))
    samples = [
        read("James Joyce was born in Galway."),
        read("James Joyce was born in Dublin."),
        read("Dublin."),
    ]
    assert groups(samples, asked) == [(1, 2), (0,)]
    assert groups([], asked) == []
