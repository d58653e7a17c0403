"""The check `frustration`: the customer is losing patience.

Owns the phrases of seven languages and the ways of writing: capitals, repeated marks, the same
message again. Reads the customer's words only, so the draft has no marks.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pydantic import BaseModel

from hitl_chat.checks.ends import shortened
from hitl_chat.checks.normalise import key
from hitl_chat.checks.phrases import Phrases, Signs, lines
from hitl_chat.checks.plain import Plain, Risk, Settings, either, of_request, told
from hitl_chat.checks.transcript import CUSTOMER, Message, customers, said_by
from hitl_chat.ports import Asked, Means

_TIMES = (
    r"third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|umpteenth|3rd|[4-9]th|1[0-9]th"
)
AGAIN = (
    rf"\b(?:{_TIMES}) (?:time|message|email|e-mail|call|attempt|request|complaint|ticket)\b",
    (
        r"\b(?:three|four|five|six|seven|eight|nine|ten|several|many|multiple|countless|[3-9]|"
        r"1[0-9]) "
        r"times (?:now|already|before|and|in a row|this)"
    ),
    (
        r"\b(?:asked|told|said|explained|written|called|contacted|emailed|asking) (?:you |this |"
        r"that |it |you guys |already ){0,4}(?:twice|(?:three|four|five|six|several|many|multiple|"
        r"a hundred|[2-9]) ?times)"
    ),
    (
        r"\b(?:how many times (?:do|must|have|will|should) i|over and over|again and again|"
        r"time and again|yet again|once again i)\b"
    ),
    r"\b(?:zum|das) (?:dritten?|vierten?|fünften?|sechsten?|x-ten|hundertsten?|[3-9]\.) ?mal\b",
    (
        r"\b(?:schon|bereits) (?:drei|vier|fünf|sechs|zehn|mehrmals|[3-9]) ?mal|\bschon mehrmals\b|"
        r"\bwie oft (?:noch|soll|muss)\b|\bimmer wieder\b"
    ),
    (
        r"\b(?:troisième|quatrième|cinquième|sixième|énième|3e|4e|5e|[3-9]ème) fois\b|"
        r"\bcombien de fois\b|\bencore et encore\b|\bdéjà (?:trois|quatre|cinq|plusieurs|"
        r"[3-9]) fois\b"
    ),
    (
        r"\b(?:tercera|cuarta|quinta|sexta|enésima) vez\b|\bcuántas veces\b|\buna y otra vez\b|"
        r"\bya (?:son |van |es la )?(?:tres|cuatro|cinco|varias|muchas|[3-9]) veces\b"
    ),
    (
        r"\b(?:terza|quarta|quinta|ennesima) volta\b|\bquante volte\b|\bquantas vezes\b|"
        r"\b(?:terceira|quarta|quinta|enésima) vez\b|\b(?:derde|vierde|vijfde|zoveelste) keer\b|"
        r"\bhoe vaak (?:nog|moet)\b"
    ),
)
ANGER = """
ridiculous|unacceptable|outrageous|appalling|disgusting|disgraceful|furious|fed up|sick of this
sick and tired|sick to death|had enough|angry|pissed|so annoying|so annoyed|really annoyed
extremely annoyed|frustrated|frustrating|infuriating|this is a joke|is this a joke|what a joke
worst service|worst customer|worst company|worst experience|terrible service|horrible service
awful service|terrible experience|useless|pathetic|waste of time|wasting my time|nobody helps
no one helps|not helping|not helpful|are you kidding|are you serious|are you even|can't you read
did you even read|what is wrong with you|stop asking|i already told you|i've already told you
lächerlich|unverschämt|eine frechheit|unfassbar|unmöglich ist das|das ist unmöglich
nicht akzeptabel|inakzeptabel|ich bin sauer|bin stinksauer|wütend|verärgert|stinksauer|reicht mir
es reicht|die nase voll|zeitverschwendung|nutzlos|armselig|ein witz|schlechtester service
frustriert|das kann doch nicht wahr sein|habe ich doch schon gesagt|schon gesagt|katastrophe
saftladen|inadmissible|inacceptable|scandaleux|ridicule|honteux|furieux|furieuse|en colère
j'en ai marre|ras le bol|ras-le-bol|vous vous moquez|foutage de gueule|perte de temps|inutile
lamentable|je vous l'ai déjà dit|c'est une blague|pire service|excédé|frustré|inaceptable
ridículo|ridicula|indignante|vergonzoso|una vergüenza|furioso|furiosa|estoy harto|estoy harta
enfadad|enojad|pérdida de tiempo|inútil|pésimo|ya se lo dije|ya te lo dije
me están tomando el pelo|es una broma|peor servicio|increíble que|frustrad|inaccettabile|ridicolo
vergognoso|sono stufo|sono stufa|arrabbiat|perdita di tempo|inutili|inaceitável|absurdo
estou farto|estou farta|perda de tempo|belachelijk|onacceptabel|schandalig|ik ben het zat
ik ben boos|tijdverspilling
"""
INSULTS = """
idiot|moron|stupid|imbecile|incompetent|scammer|fraudster|liar|thieves|crooks|bullshit|fuck|wtf
shit|damn bot|damn you|asshole|bastard|screw you|go to hell|crap service|blöd|vollidiot|trottel
betrüger|abzocke|scheiß|verarsch|arschloch|unfähig|lügner|depp|saublöd|imbécile|connard|merde
putain|arnaque|arnaqueur|incompétent|menteur|voleur|estúpid|imbécil|mierda|estafa|estafador
ladrones|mentiros|incompetente|gilipollas|joder|stupido|cretino|truffa|truffatori|incapac|bugiard
oplichters|oplichting|sukkel
"""
# These begin harmless words as well: dumbbell, dummy, scampi.
ABUSE = (r"\b(?:dumb|dumm(?:e[nrs]?)?|scam(?:s|med|ming)?)\b",)
THREATS = """
my lawyer|an attorney|my attorney|legal action|take you to court|see you in court|small claims
sue you|suing|chargeback|charge back|dispute the charge|report you|trading standards|ombudsman
better business bureau|consumer protection|bad review|never buy|never shop|never order
never again|never coming back|close my account|delete my account|cancel everything|go elsewhere
a competitor|mein anwalt|meinem anwalt|rechtsanwalt|anzeige erstatten|verklag|verbraucherschutz
verbraucherzentrale|schlechte bewertung|nie wieder|kündige|konto löschen|storniere alles
mon avocat|porter plainte|action en justice|en justice|service des fraudes|plus jamais
mauvais avis|résilier|mi abogado|demandar|denunciar|acciones legales|nunca más|mala reseña
hoja de reclamaciones|mio avvocato|mai più|meu advogado|procon|nunca mais|mijn advocaat
nooit meer
"""
WAITING = """
still waiting|still nothing|still haven't|still have not|still hasn't|still not|waiting for weeks
waiting for days|waiting for months|waiting for hours|been waiting|for weeks now|weeks ago
nobody answers|no one answers|nobody replies|no reply|no response|never arrived|never came
never got an answer|ignoring me|ignored me|asap|immediately|immer noch nicht|immer noch kein
noch immer|warte seit|seit wochen|seit tagen|seit monaten|niemand antwortet|keine antwort
nie angekommen|sofort|endlich|toujours pas|toujours rien|j'attends depuis|depuis des semaines
depuis des jours|aucune réponse|personne ne répond|jamais arrivé|immédiatement|tout de suite
sigo esperando|todavía no|aún no|llevo esperando|desde hace semanas|hace semanas|nadie responde
nadie contesta|sin respuesta|nunca llegó|inmediatamente|ahora mismo|sto ancora aspettando
ancora niente|da settimane|ainda não|há semanas|nog steeds niet|al weken
"""
MOST_READ = 20_000  # characters of what the customer wrote
RECENT = 50  # messages among which the last one may stand before
WEIGHTS = {"repeats": 0.6, "capitals": 0.35, "marks": 0.3}
_SHOUTED = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]{4,}\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKS = re.compile(r"!{2,}|\?{3,}|[?!]*(?:!\?|\?!)[?!]*")
_NEGATED = re.compile(r"\b(?:no|not|never|nicht|kein\w*|pas|non|não|niet|geen)\W+\Z|n't\W+\Z", re.I)


class Options(Settings):
    """What `checks:` may say of it: nothing."""


@cache
def _phrases() -> Phrases:
    lists = {
        "again": Signs(0.6, regex=AGAIN),
        "anger": Signs(0.55, lines(ANGER)),
        "insult": Signs(0.6, lines(INSULTS), ABUSE),
        "threat": Signs(0.5, lines(THREATS)),
        "waiting": Signs(0.3, lines(WAITING)),
    }
    return Phrases(lists, _NEGATED)


def look(asked: Asked) -> Risk:
    """Each kind of sign counts once: length alone makes nobody angry."""
    text = shortened(customers(asked.messages), MOST_READ)
    weights = {sign.kind: sign.weight for sign in _phrases().find(text)}
    weights |= {kind: WEIGHTS[kind] for kind in _ways(text, asked.messages)}
    return Risk(either(weights.values()), detail=told(weights))


def _ways(text: str, messages: Sequence[Message]) -> Iterator[str]:
    """How it is written, whatever it says."""
    shouted = sum(map(len, _SHOUTED.findall(text)))
    letters = sum(map(len, _WORD.findall(text)))
    if len(_SHOUTED.findall(text)) >= 2 and shouted >= 0.3 * letters:
        yield "capitals"
    if _MARKS.search(text):
        yield "marks"
    recent = said_by(messages[-RECENT:], CUSTOMER)
    said = [key(shortened(one, MOST_READ)).strip(" .!?") for one in recent]
    if len(said) > 1 and len(said[-1]) >= 8 and said[-1] in said[:-1]:
        yield "repeats"


def build(name: str, _options: BaseModel, _means: Means) -> Plain[Risk]:
    _phrases()
    return of_request(name, look)
