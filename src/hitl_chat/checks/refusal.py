"""The check `refusal`: the answer refuses, or speaks of itself as a machine.

Owns the phrases. "I cannot cancel a delivered order" is a shop's answer, not a refusal: such plain
words weigh little.
"""

from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel

from hitl_chat.checks.phrases import Phrases, Signs, lines, score
from hitl_chat.checks.plain import Plain, Risk, Settings, of_draft, stretches, told
from hitl_chat.core.fields import kind_of
from hitl_chat.ports import Asked, Means

if TYPE_CHECKING:
    from hitl_chat.core.types import Span


REFUSES = """
i can't help with that|i cannot help with that|i can't help you with that
i cannot help you with that|i can't assist with that|i cannot assist with that
i can't assist you with|i cannot assist you with|i'm not able to help with
i am not able to help with|i'm unable to help with|i am unable to help with|i'm unable to assist
i am unable to assist|i'm not able to assist|i am not able to assist|i won't be able to help with
i must decline|i have to decline|i can't comply|i cannot comply|i can't fulfill|i cannot fulfill
i can't fulfil|i cannot fulfil|i can't answer that|i cannot answer that|i can't discuss
i cannot discuss|i can't provide that|i cannot provide that|i can't engage|i cannot engage
i won't help|against my guidelines|against my programming|violates my guidelines
i'm not comfortable|i am not comfortable|can't continue with this|not allowed to discuss
dabei kann ich nicht helfen|dabei kann ich dir nicht helfen|dabei kann ich ihnen nicht helfen
damit kann ich nicht dienen|das kann ich nicht beantworten|darauf kann ich nicht antworten
dazu kann ich keine auskunft|dazu kann ich leider keine|das darf ich nicht|ich muss das ablehnen
ich kann diese anfrage nicht|ich kann diese frage nicht|ich kann ihnen dabei nicht
ich kann dir dabei nicht|verstößt gegen meine richtlinien|je ne peux pas vous aider
je ne peux pas t'aider|je ne suis pas en mesure de vous aider|je ne peux pas répondre à cette
je ne peux pas répondre à votre|je ne peux pas accéder à cette demande|je dois refuser
contraire à mes directives|je ne suis pas autorisé à|no puedo ayudarte con|no puedo ayudarle con
no puedo ayudar con eso|no puedo responder a eso|no puedo responder a esa|no puedo cumplir
no puedo atender esa|debo rechazar|va en contra de mis|no estoy autorizado a
no estoy autorizada a|non posso aiutarti con|non posso aiutarla con|não posso ajudar com isso
não posso ajudá-lo com|ik kan je daar niet mee helpen|daar kan ik niet bij helpen
daar kan ik u niet mee helpen
"""
MACHINE = """
as a language model|as a large language model|i am an ai language|i'm an ai language
i'm just an ai|i am just an ai|my training data|my knowledge cutoff|as a chatbot
als künstliche intelligenz|als sprachmodell|ich bin nur eine ki|mein trainingsstand
en tant qu'intelligence artificielle|en tant que modèle de langage|como inteligencia artificial
como modelo de lenguaje|come modello linguistico|como modelo de linguagem|als taalmodel
"""
AS_AI = (r"\b(?:as an ai|als ki|als ai|en tant qu'ia|como (?:una? )?ia|come ia)\b",)
UNABLE = """
i'm sorry, but i can't|i'm sorry, but i cannot|i am sorry, but i can't|i am sorry, but i cannot
i'm unable to|i am unable to|i'm not able to|i am not able to|unable to process
i'm afraid i can't|i'm afraid i cannot|unfortunately, i can't|unfortunately, i cannot
unfortunately i cannot|das kann ich leider nicht|leider kann ich|das ist mir leider nicht möglich
je ne suis pas en mesure|malheureusement, je ne peux pas|je ne peux malheureusement pas
lamentablemente no puedo|desafortunadamente no puedo|lo siento, no puedo|lo siento, pero no puedo
"""


class Options(Settings):
    """What `checks:` may say of it: nothing."""


@cache
def _phrases() -> Phrases:
    return Phrases(
        {
            "refuses": Signs(0.8, lines(REFUSES)),
            "speaks-as-machine": Signs(0.6, lines(MACHINE), AS_AI),
            "unable": Signs(0.3, lines(UNABLE)),
        }
    )


def look(asked: Asked) -> Risk:
    """A text that the model itself sent as a refusal is one, whatever it says."""
    spans: list[Span] = []
    scores: list[float] = []
    for stretch in stretches(asked):
        if kind_of(stretch.field) == "refusal" and stretch.part.strip():
            spans.append(stretch.span(0, len(stretch.part), "refuses"))
            scores.append(1.0)
            continue
        signs = _phrases().find(stretch.part)
        spans += [stretch.span(sign.start, sign.end, sign.kind) for sign in signs]
        scores.append(score(signs))
    return Risk(max(scores, default=0.0), tuple(spans), told(span.kind for span in spans))


def build(name: str, _options: BaseModel, _means: Means) -> Plain[None]:
    _phrases()
    return of_draft(name, look)
