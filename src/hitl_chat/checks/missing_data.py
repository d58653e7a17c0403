"""The check `missing_data`: the answer says that something happened, and no tool result says so.

Owns the statuses (shipped, refunded, cancelled, ...), how an answer claims each in four languages,
and what in a tool's result speaks for it. A policy that mentions refunds does not: the request's
instructions count only with `instructions: true`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BaseModel, Field

from hitl_chat.checks.ends import PIECE, ends
from hitl_chat.checks.phrases import Phrases, Signs
from hitl_chat.checks.plain import LONG, Plain, Risk, Settings, either, stretches, told
from hitl_chat.checks.transcript import CUSTOMER, INSTRUCTIONS, RESULTS, said_by
from hitl_chat.ports import Asked, Means

if TYPE_CHECKING:
    from hitl_chat.core.types import Span

MOST_READ = 100_000  # characters of results; what nobody read says nothing
AROUND = 100  # characters in which it may be denied
CLAIMED, REPEATED = 0.9, 0.25  # what the customer said already weighs little

_DONE = (
    r"(?:(?:has|have|had)(?: now| already| just)?(?: been)?(?: successfully| already| now| just)?|"
    r"(?:was|were|is|are)(?: now| already)?(?: being)?(?: successfully)?|'s been|'ve|successfully) "
)
_I_DID = r"\b(?:i|we)(?:'ve| have)?(?: now| just| already| successfully){0,2} "
_BE = r"\b(?:wurde|wurden|ist|sind|habe|haben|hat)\b[^.!?\n]{0,60} "
_FR = r"\b(?:a été|ont été|est|sont|j'ai|nous avons|avons|ai)(?: bien| déjà| maintenant| été){0,2} "
_ES = r"\b(?:ha sido|han sido|fue|fueron|está|están|he|hemos|se ha|se han)(?: ya| sido){0,2} "


class Status(NamedTuple):
    """How a status is claimed: past participles; `shows` is what a result says of it."""

    english: str
    german: str
    french: str
    spanish: str
    shows: str


STATUSES: Mapping[str, Status] = {
    "shipped": Status(
        r"(?:shipped|dispatched|sent out|mailed|on (?:its|the|their) way|out for delivery|in "
        r"transit)",
        r"(?:versandt|versendet|verschickt|losgeschickt|unterwegs)",
        r"(?:expédiée?s?|envoyée?s?|en route)",
        r"(?:enviad[oa]s?|despachad[oa]s?|en camino)",
        r"shipped|ship_date|dispatched|transit|out.for.delivery|delivered|tracking|versandt|"
        r"versendet|verschickt|zugestellt|expédié|envoyé|livré|enviad|despachad|entregad",
    ),
    "delivered": Status(
        r"(?:delivered)",
        r"(?:zugestellt|geliefert|ausgeliefert)",
        r"(?:livrée?s?)",
        r"(?:entregad[oa]s?)",
        r"deliver|zugestellt|geliefert|livr|entregad|signed",
    ),
    "refunded": Status(
        r"(?:refunded|reimbursed|credited(?: back)?|issued (?:an? |the |your )?(?:full |partial )?"
        r"refund|processed (?:an? |the |your )?(?:full |partial )?refund)",
        r"(?:erstattet|zurückerstattet|zurückgezahlt|gutgeschrieben|rückerstattet)",
        r"(?:remboursée?s?|créditée?s?)",
        r"(?:reembolsad[oa]s?|devuelto|abonad[oa]s?)",
        r"refund|reimburs|credit|erstatt|gutschrift|gutgeschrieben|rembours|crédit|reembols|abonad|"
        r"devoluc|devuelt",
    ),
    "cancelled": Status(
        r"(?:cancell?ed)",
        r"(?:storniert|abgesagt|gekündigt|annulliert)",
        r"(?:annulée?s?|résiliée?s?)",
        r"(?:cancelad[oa]s?|anulad[oa]s?)",
        r"cancel|storn|abgesagt|gekündigt|annul|résili|anulad",
    ),
    "booked": Status(
        r"(?:booked|reserved|scheduled|rescheduled|rebooked)",
        r"(?:gebucht|reserviert|umgebucht|vereinbart)",
        r"(?:réservée?s?|programmée?s?|reportée?s?)",
        r"(?:reservad[oa]s?|programad[oa]s?|agendad[oa]s?)",
        r"book|reserv|schedul|confirm|gebucht|buchung|vereinbar|réserv|programm|agendad|"
        r"reservation",
    ),
    "ordered": Status(
        r"(?:placed (?:an? |the |your )?(?:new |replacement )?order|exchanged|replaced|reordered)",
        r"(?:bestellt|nachbestellt|umgetauscht|ausgetauscht)",
        r"(?:commandée?s?|échangée?s?|remplacée?s?)",
        r"(?:pedid[oa]s?|cambiad[oa]s?|reemplazad[oa]s?)",
        r"exchang|replac|placed|created|new.order|bestellt|umtausch|umgetauscht|échang|remplac|"
        r"cambiad|reemplaz|creado",
    ),
    "changed": Status(
        r"(?:updated|changed|modified|upgraded|added to your (?:account|order|booking|reservation)|"
        r"removed from your (?:account|order|booking|reservation))",
        r"(?:geändert|aktualisiert|angepasst)",
        r"(?:modifiée?s?|mise?s? à jour|changée?s?)",
        r"(?:modificad[oa]s?|actualizad[oa]s?|cambiad[oa]s?)",
        r"updat|chang|modif|upgrad|geändert|änder|aktualis|angepasst|mis à jour|actualiz|cambi|"
        r"success|\"ok\"|done|saved",
    ),
    "paid": Status(
        r"(?:charged|paid|received your payment)",
        r"(?:bezahlt|abgebucht|belastet)",
        r"(?:débitée?s?|payée?s?|prélevée?s?)",
        r"(?:cobrad[oa]s?|pagad[oa]s?|cargad[oa]s?)",
        r"charg|paid|pay|bezahlt|zahlung|abgebucht|débit|paiement|payé|prélev|cobr|pag|cargad",
    ),
}
_NOT_SO = re.compile(
    r"(?:\b(?:if|once|when|after|unless|until|before|whether|can|cannot|could|may|might|will|would|"
    r"should|must|not|never|to|be|wenn|falls|sobald|nachdem|ob|kann|nicht|noch|si|quand|pas|"
    r"une fois|"
    r"cuando|no|aún)\b|n't|\?)[^.!?\n]{0,30}\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[^.!?\n]{0,60}\?")
_DENIED = (
    r"(?:\b(?:not|never|no|cannot|can't|couldn't|nicht|kein\w*|pas|non|without|failed to|unable to)"
    r"[\s_\":-]{1,3}(?:yet |be |been |have ){0,3}|un|non[-_])"
)
_UNDONE = (
    r"(?:[\w ]{0,20}[\"']?\s?[:=]\s?[\"']?(?:false|no\b|null|none|0\b|pending|fail|error|"
    r"denied|nein)|"
    r"[\w ]{0,20} (?:failed|was denied|denied|rejected|declined|not possible|impossible))"
)


class Options(Settings):
    """What `checks:` may say of it."""

    instructions: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="whether the request's instructions may speak for a status"
    )


@cache
def _phrases() -> Phrases:
    lists = {name: Signs(CLAIMED, regex=_claims(status)) for name, status in STATUSES.items()}
    return Phrases(lists, _NOT_SO)


def _claims(status: Status) -> tuple[str, ...]:
    return (
        rf"\b{_DONE}{status.english}\b",
        rf"{_I_DID}{status.english}\b",
        rf"{_BE}{status.german}\b",
        rf"{_FR}{status.french}\b",
        rf"{_ES}{status.spanish}\b",
        rf"(?:^|[.!?:,] ?){status.english}(?: ?[!.]| [^\w\s(,]|$)",
    )


@cache
def _evidence(status: str) -> re.Pattern[str]:
    shows = STATUSES[status].shows
    form = rf"(?P<denied>{_DENIED})?(?P<said>{shows})(?P<undone>{_UNDONE})?"
    return re.compile(form, re.IGNORECASE)


def _speaks_for(status: str, text: str) -> bool:
    """Whether a text says so: "not shipped" does not. Bit by bit, each with what is around it."""
    return any(
        not (match["denied"] or match["undone"])
        for at in range(0, len(text), PIECE)
        for match in _evidence(status).finditer(text, max(at - AROUND, 0), at + PIECE + AROUND)
        if at <= match.start("said") < at + PIECE
    )


class Source:
    """What was said in this request, by tools or by the customer; each status is looked up once."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._parts = ends("\n".join(texts), MOST_READ).parts
        self._known: dict[str, bool] = {}
        if sum(map(len, self._parts)) >= LONG:  # now, beside the event loop
            for status in STATUSES:
                self.speaks_for(status)

    def speaks_for(self, status: str) -> bool:
        if status not in self._known:
            self._known[status] = any(_speaks_for(status, part) for part in self._parts)
        return self._known[status]


class Known(NamedTuple):
    """What speaks for something in this request."""

    results: Source
    customer: Source


def prepare(options: Options, asked: Asked) -> Known:
    roles = RESULTS | INSTRUCTIONS if options.instructions else RESULTS
    return Known(Source(said_by(asked.messages, roles)), Source(said_by(asked.messages, CUSTOMER)))


def look(asked: Asked, known: Known) -> Risk:
    spans: list[Span] = []
    weights: dict[str, float] = {}
    for stretch in stretches(asked):
        for sign in _phrases().find(stretch.part):
            is_question = _AFTER.match(stretch.part, sign.end)
            if is_question or known.results.speaks_for(sign.kind):
                continue
            spans.append(stretch.span(sign.start, sign.end, sign.kind))
            repeated = known.customer.speaks_for(sign.kind)
            weights[sign.kind] = REPEATED if repeated else CLAIMED
    return Risk(
        either(weights.values()), tuple(spans), told(f"no result says {w}" for w in weights)
    )


def build(name: str, options: BaseModel, _means: Means) -> Plain[Known]:
    _phrases()
    its = Options.model_validate(options, from_attributes=True)
    return Plain(name, look, partial(prepare, its))
