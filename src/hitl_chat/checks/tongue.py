# ruff: noqa: RUF001 (Turkish has two letters i)
"""Which language a text is in, told by its script and its commonest words; or that it is too short.

Pure, and small on purpose: enough to see that an answer is in another language than its question.
Knows no check.
"""

import re
from collections import Counter
from functools import cache
from heapq import nlargest
from typing import NamedTuple

ENOUGH = 4_000  # characters; more of them say nothing new
FEWEST = 4  # words; "OK, danke" is too little to accuse anybody of the wrong language
LEAST = 2.0  # how much must speak for a language

COMMON = {
    "en": "order delivery return the and you your is are of to for with that this have can "
    "will not we it in on be our "
    "please if or from as at would how what do does my i was has an any there when where which "
    "they but by about them their could me so just it's i'm don't hello thank thanks",
    "de": "bestellung wann kommt lieferung rückgabe möchte habe hallo welche welchem passt der "
    "die das und ist nicht sie ich wir ein eine einen mit für auf den dem des zu von im "
    "es kann haben wird werden ihre ihr auch bei oder wie aber nach aus wenn noch nur sich sind "
    "bitte unser unsere mir mich dann über wurde zum zur kein keine was wo wann hat bis ihnen "
    "ihren "
    "guten danke gerne leider gibt",
    "fr": "commande le la les des et est vous nous je ne pas pour dans une un du que qui avec "
    "sur votre vos "
    "notre ce cette au aux il elle sont mais ou par plus en se être avez ai avons peut si mon ma "
    "mes bonjour merci comment quand où c'est j'ai d'un l'article n'est très été son",
    "es": "pedido llega el la los las de que y en un una por con para su sus es no se lo del "
    "al como más pero "
    "nos le usted tiene puede está son si mi muy cuando hay ha este esta qué cuándo cómo dónde "
    "gracias hola favor sobre también nuestro nuestra desde tu tus te me fue ser",
    "it": "ordine quando arriva mio il lo la gli le di che e è un una per con non si del della "
    "dei delle al alla nel nella "
    "sono ha ho può come più ma anche suo sua suoi questo questa vostro nostro ci mi quando dove "
    "grazie ciao prego se da in i dal sul essere abbiamo cosa",
    "pt": "pedido o a os as de que e é um uma para com não em do da dos das no na por se seu "
    "sua mais "
    "como "
    "mas ao pelo pela você vocês nós está são tem pode foi isso este esta quando onde obrigado "
    "obrigada olá meu minha nosso muito também até",
    "nl": "bestelling komt de het een en van is niet u je wij we ik dat die in op te met voor "
    "zijn er aan om ook "
    "als bij naar uw kan kunnen wordt hebben heeft maar nog wel geen deze dit over onze uit hoe "
    "wat waar wanneer bedankt graag mijn moet zal door",
    "pl": "zamówienie moje i w nie na się z do jest to że o jak ale po za przez od dla czy "
    "może są oraz pan pani "
    "państwo mój moja nasz proszę dziękuję dzień dobry co gdzie kiedy ma być tym ten ta jeśli "
    "który "
    "która które tylko już przed",
    "sv": "kommer min beställning och att det är en ett som på för med av inte du vi jag den "
    "till kan har om din ditt vår "
    "från eller men så var vad när hur tack hej mig dig ska vill alla efter våra dina finns skulle",
    "da": "kommer min bestilling og at det er en et som på for med af ikke du vi jeg den til "
    "kan har om din dit "
    "vores fra "
    "eller men så var hvad når hvordan hvor tak hej mig dig skal vil alle efter vi dine blev også",
    "no": "kommer min bestilling og at det er en et som på for med av ikke du vi jeg den til "
    "kan har om din ditt vår fra "
    "eller men så var hva når hvordan hvor takk hei meg deg skal vil alle etter våre dine ble også",
    "fi": "tilaus tilaukseni saapuu ja on ei se että en olen oli mutta tai jos kun niin kuin "
    "voi voit te me hän tämä ovat "
    "ole myös vain kanssa sitä mikä missä milloin kiitos hei teidän meidän sinun minun voimme",
    "cs": "objednávka objednávku moje a je se na v že to s z do o ale jak pro za by po jsem "
    "jsou není nebo od při tak už ve "
    "který která které můžete prosím děkuji dobrý den vaše náš kde kdy co můj být bude pokud",
    "hu": "rendelés a az és hogy nem is egy van ez meg de ha csak már kell lesz volt mint el "
    "vagy még be ön "
    "önnek köszönöm kérem jó napot hol mikor mi az hogyan lehet tud szeretném nincs",
    "ro": "comanda și în la de cu nu este pe un o care din să ce pentru mai sunt dar sau dacă "
    "vă rog "
    "mulțumesc bună ziua unde când cum meu mea nostru aveți puteți fi am are acest această",
    "tr": "sipariş siparişim zaman gelir ve bir bu için ile de da ne mi mı var yok değil çok "
    "ama gibi daha en olarak olan sizin "
    "bizim benim lütfen teşekkür merhaba nerede nasıl kadar sonra her şey ben siz biz olur eder",
}
_LETTERS = (
    "de=ßäöü fr=çœêèùûîâ es=ñ¿¡ it=ìò pt=ãõ pl=łąęśźżń sv=åäö da=æøå no=æøå fi=äö cs=řěůčš hu=őűé "
    "ro=șțăşţ tr=ğışç"
)
LETTERS: dict[str, str] = {pair[:2]: pair[3:] for pair in _LETTERS.split()}
SCRIPTS = {
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "cyrillic": "\u0400-\u04ff",
    "he": "\u0590-\u05ff",
    "arabic": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "kana": "\u3040-\u30ff",
    "han": "\u4e00-\u9fff\u3400-\u4dbf",
}
LANGUAGES = frozenset(COMMON) | frozenset(
    ("el", "ru", "uk", "bg", "he", "ar", "fa", "hi", "th", "ko", "ja", "zh")
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNSAID = re.compile(
    r"https?://\S+|[^\s@]{1,64}@\S{1,200}|`[^`]*`|[A-Z0-9_-]{0,40}[0-9][A-Z0-9_-]{0,40}"
)
_SCRIPT = {script: re.compile(f"[{signs}]") for script, signs in SCRIPTS.items()}
_UKRAINIAN, _BULGARIAN, _RUSSIAN = re.compile("[іїєґ]"), re.compile("ъ[^еёюя ]|ът\\b"), "[ыэё]"
_PERSIAN = re.compile("[پچژگ]")


class Told(NamedTuple):
    """A language, and how sure that is."""

    language: str
    sure: float


def tell(text: str) -> Told | None:
    """The language, or None when the text does not say."""
    text = _UNSAID.sub(" ", text[:ENOUGH]).lower()
    return _by_script(text) or _by_words(text)


def _by_script(text: str) -> Told | None:
    counts = Counter({script: len(form.findall(text)) for script, form in _SCRIPT.items()})
    script, most = counts.most_common(1)[0]
    latin = len(re.findall("[a-zß-ɏ]", text))
    if most < FEWEST or most * 2 < latin:
        return None
    sure = round(most / (most + latin), 2)
    if script in ("han", "kana"):
        return Told("ja" if counts["kana"] else "zh", sure)
    if script == "cyrillic":
        return Told(_cyrillic(text), sure)
    if script == "arabic":
        return Told("fa" if _PERSIAN.search(text) else "ar", sure)
    return Told(script, sure)


def _cyrillic(text: str) -> str:
    if _UKRAINIAN.search(text):
        return "uk"
    return "bg" if _BULGARIAN.search(text) and not re.search(_RUSSIAN, text) else "ru"


@cache
def _languages() -> dict[str, list[str]]:
    """The languages each common word belongs to."""
    known: dict[str, list[str]] = {}
    for language, common in COMMON.items():
        for word in dict.fromkeys(common.split()):
            known.setdefault(word, []).append(language)
    return known


def _by_words(text: str) -> Told | None:
    words = _WORD.findall(text.replace("\u2019", "'"))
    if len(words) < FEWEST:
        return None
    scores: dict[str, float] = dict.fromkeys(COMMON, 0.0)
    for word in words:
        of = _languages().get(word, ())
        for language in of:
            scores[language] += 0.3 + 1.0 / len(of)
    for language, letters in LETTERS.items():
        scores[language] += min(sum(text.count(letter) for letter in letters), 4) * 0.3
    (most, best), (next_, _) = nlargest(2, ((score, name) for name, score in scores.items()))
    if most < LEAST or most < 0.12 * len(words):
        return None
    lead = (most - next_) / most
    return Told(best, round(min(1.0, 0.5 + lead), 2)) if lead > 0.1 else None
