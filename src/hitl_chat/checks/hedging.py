"""The check `hedging`: the answer is not sure of itself.

Owns the phrases, in English, German, French, Spanish, Italian, Portuguese and Dutch. A model that
hedges is wrong more often than one that does not, and looking costs nothing.
"""

from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel

from hitl_chat.checks.phrases import Phrases, Signs, lines, score
from hitl_chat.checks.plain import Plain, Risk, Settings, of_draft, stretches, told
from hitl_chat.ports import Asked, Means

if TYPE_CHECKING:
    from hitl_chat.core.types import Span


UNSURE = """
i'm not sure|i am not sure|i'm not certain|i am not certain|i'm not entirely sure|i'm unsure
i am unsure|not entirely sure|not completely sure|not quite sure|not 100% sure|not 100 % sure
i don't know|i do not know|i have no idea|i could be wrong|i may be wrong|i might be wrong
don't quote me|can't say for sure|cannot say for sure|can't say for certain
cannot say for certain|hard to say|difficult to say|as far as i know|as far as i can tell
as far as i'm aware|as far as i am aware|to the best of my knowledge|if i remember correctly
if i recall correctly|ich bin mir nicht sicher|bin ich mir nicht sicher|ich bin nicht sicher
nicht ganz sicher|nicht hundertprozentig sicher|ich weiß nicht|ich weiß es nicht
weiß ich leider nicht|soweit ich weiß|soviel ich weiß|meines wissens|ohne gewähr|keine ahnung
schwer zu sagen|wenn ich mich nicht irre|wenn ich mich recht erinnere|da kann ich mich irren
je ne suis pas sûr|je ne suis pas certain|je n'en suis pas sûr|je n'en suis pas certain
je ne sais pas|à ma connaissance|pour autant que je sache|sauf erreur|je peux me tromper
je me trompe peut-être|difficile à dire|aucune idée|si je me souviens bien|no estoy segur
no estoy del todo segur|no estoy completamente segur|no lo sé|no sé si|no sé cuá|que yo sepa
hasta donde sé|si no me equivoco|puede que me equivoque|podría equivocarme|difícil de decir
si mal no recuerdo|si no recuerdo mal|non sono sicur|non ne sono sicur|non so se|per quanto ne so
se non sbaglio|potrei sbagliar|não tenho certeza|não tenho a certeza|não sei se|que eu saiba
se não me engano|posso estar enganad|ik weet niet zeker|ik weet het niet|ik ben niet zeker
voor zover ik weet|als ik me niet vergis
"""
GUESS = """
i think|i believe|i guess|i'd guess|i would guess|i assume|i presume|i suppose|i imagine
i'm fairly sure|i'm pretty sure|probably|presumably|perhaps|maybe|most likely|more or less likely
it's possible that|it is possible that|my understanding is|i would expect|should probably
ich glaube|ich denke|ich vermute|ich nehme an|ich schätze|vermutlich|wahrscheinlich|vielleicht
möglicherweise|eventuell|unter umständen|es kann sein|das kann sein|könnte sein|könnte es sein
ich meine, dass|ich gehe davon aus|höchstwahrscheinlich|je crois|je pense|je suppose|j'imagine
j'ai l'impression|peut-être|probablement|sans doute|il se peut|il est possible que
vraisemblablement|éventuellement|creo que|pienso que|supongo|imagino que|quizá|tal vez
probablemente|posiblemente|a lo mejor|puede ser que|es posible que|seguramente|credo che
penso che|suppongo|forse|probabilmente|può darsi|è possibile che|acho que|acredito que|suponho
talvez|provavelmente|possivelmente|pode ser que|ik denk|ik geloof|ik vermoed|misschien
waarschijnlijk|mogelijk
"""
SEEMS = """
it seems|it appears|seems to be|appears to be|might be|could be|may be|might have|may have
es scheint|anscheinend|scheinbar|dürfte|müsste|il semble|on dirait|cela pourrait|parece que
podría ser|sembra che|pare che|parece ser|het lijkt
"""

GAP = (
    (
        r"\b(?:don't|do not|does not|doesn't) have (?:(?:the|any|enough|specific|sufficient|"
        r"accurate|current|"
        r"most|more|up-to-date) ){0,4}(?:information|knowledge|data|details) (?:on|about|regarding|"
        r"for|of)\b"
    ),
    (
        r"\b(?:there is|there's) (?:no|not enough|insufficient|no specific|no clear) "
        r"(?:information|evidence|"
        r"data) (?:on|about|of|to|that|available)\b"
    ),
    r"\b(?:it is|it's|remains) (?:unclear|not clear|unknown|not known|uncertain)\b",
    (
        r"\b(?:cannot|can't|could not|couldn't|unable to|difficult to|impossible to) (?:be "
        r")?(?:determined?|"
        r"confirm(?:ed)?|verif(?:y|ied)) (?:whether|if|who|what|when|where|which|how|without|from|"
        r"with)\b"
    ),
    (
        r"\b(?:keine|nicht genug|nicht genügend) (?:informationen|angaben|daten) (?:über|zu|dazu|"
        r"darüber)\b|"
        r"\bes ist (?:unklar|nicht klar|nicht bekannt)\b"
    ),
    (
        r"\b(?:pas|aucune) (?:d'|assez d')?informations? (?:sur|à ce sujet|concernant)\b|"
        r"\bil n'est pas (?:clair|certain|sûr)\b"
    ),
    (
        r"\bno (?:tengo|dispongo de|hay) (?:suficiente )?información (?:sobre|al respecto|"
        r"acerca)\b|"
        r"\bno (?:está|queda) claro\b"
    ),
)


class Options(Settings):
    """What `checks:` may say of a hedging check: nothing."""


@cache
def _phrases() -> Phrases:
    return Phrases(
        {
            "unsure": Signs(0.7, lines(UNSURE)),
            "gap": Signs(0.6, regex=GAP),
            "guess": Signs(0.45, lines(GUESS)),
            "seems": Signs(0.2, lines(SEEMS)),
        }
    )


def look(asked: Asked) -> Risk:
    """One guess stays under a half; two of them, or one plain doubt, do not."""
    spans: list[Span] = []
    weights: list[float] = []
    for stretch in stretches(asked):
        signs = _phrases().find(stretch.part)
        spans += [stretch.span(sign.start, sign.end, sign.kind) for sign in signs]
        weights.append(score(signs))
    return Risk(max(weights, default=0.0), tuple(spans), told(span.kind for span in spans))


def build(name: str, _options: BaseModel, _means: Means) -> Plain[None]:
    _phrases()
    return of_draft(name, look)
