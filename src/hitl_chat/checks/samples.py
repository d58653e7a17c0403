"""What the model says when it is asked the same again: one thing per turn, shared by checks."""

from hitl_chat.core.types import Value


class Samples(Value, frozen=True):
    """`answers` to the question as it was asked, `paraphrased`: to other words for it."""

    answers: tuple[str, ...] = ()
    paraphrased: tuple[str, ...] = ()
