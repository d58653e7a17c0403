"""What lets a person see why a check spoke: texts, so it is for agents only.

Made by checks, kept with a hold's texts; never part of a reason, an event or a log line. All of it
was written by models, customers or strangers.
"""

from collections.abc import Mapping

from hitl_chat.core.types import Value


class Sample(Value, frozen=True):
    """What the model said when it was asked again; `reworded`: in other words."""

    text: str
    reworded: bool = False


class Cluster(Value, frozen=True):
    """Samples that say the same. `says`: what they claim, in the words of the first of them."""

    says: str
    samples: tuple[Sample, ...]


class KnownAnswer(Value, frozen=True):
    """An answer of the library that the draft is like, and where it came from: `by` whom, since
    `at`, `why`, from which `decision`. `good` is what would have been right."""

    id: str
    question: str
    bad: str
    good: str = ""
    similarity: float = 0.0
    by: str = ""
    at: str = ""
    why: str = ""
    decision: str = ""


class Passage(Value, frozen=True):
    """A part of what the model was given that is about the same as `claim` in the draft."""

    source: str
    text: str
    claim: str = ""


class Evidence(Value, frozen=True):
    """All that one verdict has to show beside its spans. Nothing of it moves a score."""

    clusters: tuple[Cluster, ...] = ()
    known: tuple[KnownAnswer, ...] = ()
    passages: tuple[Passage, ...] = ()


NONE = Evidence()


class Finding(Value, frozen=True):
    """What one check has said of a held answer, at its riskiest. No `score`: it failed, see
    `detail`. `limits`: from which score on each rule speaks. `ms`: how long it took in all."""

    check: str
    score: float | None = None
    detail: str = ""
    ms: float | None = None
    limits: Mapping[str, float] = {}
    evidence: Evidence = NONE
