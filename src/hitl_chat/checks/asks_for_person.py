"""The check `asks_for_person`: the customer wants a human being.

Owns the phrases, in seven languages, and what takes them back ("I do not need an agent"). Reads
the customer's last words only, so the draft has no marks.
"""

import re
from functools import cache

from pydantic import BaseModel

from hitl_chat.checks.ends import shortened
from hitl_chat.checks.phrases import Phrases, Signs, lines, score
from hitl_chat.checks.plain import Plain, Risk, Settings, of_request, told
from hitl_chat.checks.transcript import customers
from hitl_chat.ports import Asked, Means

MOST_READ = 20_000  # characters of what the customer wrote

_EN = (
    r"(?:human(?: being| agent| operator)?|(?:real|actual|live|living) (?:person|one|agent|human)|"
    r"person|agent|representative|customer service rep\w*|advisor|adviser|operator|manager|"
    r"supervisor|somebody|someone|your (?:manager|boss|supervisor|team|colleagues?))"
)
_DE = (
    r"(?:menschen?|richtigen? (?:menschen?|person)|echten? (?:menschen?|person)|"
    r"mitarbeiter(?:in|n)?|kollegen|kollegin|vorgesetzten?|berater(?:in)?|kundenberater(?:in)?|"
    r"jemand(?:en|em)? (?:vom|aus dem|echtem|echten))"
)
_FR = (
    r"(?:humaine?|vraie? (?:personne|humain|conseiller)|personne (?:réelle|humaine)|être humain|"
    r"conseillère?|conseiller|agent|opérateur|opératrice|responsable|supérieur|quelqu'un)"
)
_ES = (
    r"(?:humano|persona(?: real| de verdad| humana)?|ser humano|agente|asesora?|operadora?|"
    r"representante|encargad[oa]|supervisora?|responsable|alguien)"
)
WANTS = (
    r"\b(?:speak|talk|chat) (?:to|with) (?:an? |some ?|the |your )?(?:real |actual |live )?" + _EN,
    (
        r"\b(?:want|need|demand|get me|give me|find me|i'd like|i would like|prefer|let me have)"
        r" (?:to have )?(?:an? |the |some )?(?:real |actual |live )?"
        r"(?:human|person|agent|representative|operator|manager|supervisor|someone real)\b"
    ),
    r"\b(?:connect|transfer|put|pass|escalate|forward|hand) (?:me|this|it|us)?"
    r"(?: through| over| on)? ?(?:to|with) (?:an? |the |your )?(?:real |actual |live )?" + _EN,
    r"\bmit (?:einem |einer |ihrem |ihrer |dem |der )?" + _DE + r" (?:sprechen|reden|chatten)",
    r"\b(?:mit|an) (?:einen |einem |einer |ihrem |ihren )?" + _DE + r" (?:verbinden|weiterleiten|ve"
    r"rbunden|weitergeleitet)",
    r"\b(?:will|möchte|brauche|verlange|wünsche|geben sie mir|gib mir|holen sie mir|hätte gern)"
    r" (?:jetzt |endlich |bitte |sofort )?(?:einen? |ihren? )?" + _DE,
    r"\b(?:parler|discuter|échanger) (?:à|a|avec) (?:une? |un vrai |votre |le |la )?" + _FR,
    r"\b(?:veux|voudrais|souhaite|exige|besoin d'|passez-moi|donnez-moi|transférez-moi à)"
    r" ?(?:une? |votre |le )?" + _FR + r"\b",
    r"\b(?:hablar|comunicarme|chatear|contactar) con (?:una? |el |la |su |algún )?" + _ES,
    r"\b(?:quiero|necesito|exijo|quisiera|póngame con|páseme con|pásame con|deme) (?:a )?"
    r"(?:una? |su )?" + _ES + r"\b",
    (
        r"\bparlare con (?:una? |un' ?|il |la |il vostro )?(?:person\w*|operator\w*|uman\w*|"
        r"qualcuno|"
        r"responsabile|essere umano)"
    ),
    r"\bfalar com (?:uma? |o |a )?(?:pessoa|humano|atendente|alguém|ser humano|responsável)",
    r"\b(?:met een|een) (?:echt )?(?:mens|medewerker|persoon|collega) (?:spreken|praten|chatten)",
    r"\bspreken met een (?:echt )?(?:mens|medewerker|persoon)",
)
ALONE = (
    (
        r"^\W*(?:an? )?(?:human|real person|live agent|agent|representative|operator|mensch|"
        r"mitarbeiter|humain|conseiller|humano|agente|operador|persona|persona real|operatore|"
        r"atendente|medewerker)(?:,? (?:please|now|bitte|jetzt|svp|por favor|ya))?\W*$"
    ),
)
NO_BOT = """
not a bot|not a robot|not a machine|stop the bot|no bots|no more bots|no more robots
sick of this bot|sick of bots|sick of chatbots|useless bot|stupid bot|hate bots|hate chatbots
instead of a bot|kein bot|keinem bot|keinen bot|keine maschine|keinem roboter|scheiß bot
statt mit einem bot|pas un robot|pas à un robot|pas avec un robot|pas un bot|marre de ce robot
marre des robots|no con un robot|no con un bot|no un robot|harto de este bot|harta de este bot
no con una máquina|non un robot|non con un bot|não com um robô|geen robot|geen bot|geen chatbot
"""
WONDERS = """
are you a bot|are you a robot|are you human|are you a human|are you a real person|are you real
is this a bot|is this a robot|am i talking to a bot|am i talking to a robot
am i talking to a human|am i talking to a real person|is anyone there|is anybody there
is there a human|is there anyone|bist du ein bot|sind sie ein bot|bist du ein mensch
sind sie ein mensch|spreche ich mit einem|ist da jemand|êtes-vous un robot|es-tu un robot
êtes-vous humain|il y a quelqu'un|eres un robot|es usted un robot|eres un bot|eres humano
hay alguien ahí|hablo con un robot
"""
_NEGATED = re.compile(
    r"(?:\b(?:no|not|never|without|kein\w*|nicht|ohne|sans|ne|sin|senza|sem|geen|niet)\b|n't|n')"
    r"(?:\W+(?:need|want|have|wish|like|to|brauche|will|möchte|veux|quiero|necesito|"
    r"pas)){0,3}\W+\Z",
    re.IGNORECASE,
)


class Options(Settings):
    """What `checks:` may say of it: nothing."""


@cache
def _phrases() -> Phrases:
    lists = {
        "wants-a-person": Signs(0.95, regex=(*WANTS, *ALONE)),
        "no-bot": Signs(0.7, lines(NO_BOT)),
        "who-is-there": Signs(0.4, lines(WONDERS)),
    }
    return Phrases(lists, _NEGATED)


def look(asked: Asked) -> Risk:
    signs = _phrases().find(shortened(customers(asked.messages), MOST_READ))
    return Risk(score(signs), detail=told(sign.kind for sign in signs))


def build(name: str, _options: BaseModel, _means: Means) -> Plain[Risk]:
    _phrases()
    return of_request(name, look)
