# ruff: noqa: RUF001 (other scripts, and look-alikes, are the data)
"""An answer in another language than its question is seen; too little text accuses nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.checks.tongue import LANGUAGES, tell
from tests.checks.asking import check, judged, marked, said

SENTENCES = {
    "en": "The parcel will arrive on Tuesday and you can send it back.",
    "de": "Das Paket kommt am Dienstag und Sie können es zurückschicken.",
    "fr": "Le colis arrive mardi et vous pouvez le renvoyer dans les 30 jours.",
    "es": "El paquete llega el martes y usted puede devolverlo en 30 días.",
    "it": "Il pacco arriva martedì e può essere restituito entro 30 giorni.",
    "pt": "A encomenda chega na terça-feira e você pode devolver em 30 dias.",
    "nl": "Het pakket komt dinsdag aan en u kunt het binnen 30 dagen terugsturen.",
    "pl": "Paczka przyjdzie we wtorek i można ją zwrócić w ciągu 30 dni, jeśli nie pasuje.",
    "sv": "Paketet kommer på tisdag och du kan skicka tillbaka det inom 30 dagar.",
    "fi": "Paketti tulee tiistaina ja voit palauttaa sen, jos se ei ole sopiva.",
    "cs": "Balík dorazí v úterý a můžete ho vrátit do 30 dnů, pokud není vhodný.",
    "hu": "A csomag kedden érkezik, és ha nem jó, vissza lehet küldeni 30 napon belül.",
    "ro": "Coletul ajunge marți și îl puteți returna în 30 de zile dacă nu este bun.",
    "tr": "Paket salı günü gelir ve 30 gün içinde geri göndermek için bize yazın lütfen.",
    "ru": "Посылка придёт во вторник, и вы сможете её вернуть.",
    "uk": "Посилка прийде у вівторок, і ви зможете її повернути.",
    "el": "Το δέμα φτάνει την Τρίτη και μπορείτε να το επιστρέψετε.",
    "ar": "تصل الطرود يوم الثلاثاء ويمكنك إعادتها.",
    "he": "החבילה תגיע ביום שלישי ואפשר להחזיר אותה.",
    "hi": "पैकेज मंगलवार को आएगा और आप इसे लौटा सकते हैं।",
    "th": "พัสดุจะมาถึงวันอังคาร",
    "ko": "소포는 화요일에 도착하며 반품할 수 있습니다.",
    "ja": "荷物は火曜日に届きます。返品もできます。",
    "zh": "包裹星期二到，您可以退货。",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_tells_its_language(language: str) -> None:
    told = tell(SENTENCES[language])
    assert told is not None
    assert told.language == language
    assert language in LANGUAGES


@pytest.mark.parametrize("text", ["", "OK", "Moss & Lantern", "CEO90 HAT110", "12.50", "Spatz 3"])
def test_too_little_tells_nothing(text: str) -> None:
    assert tell(text) is None


async def test_another_language_than_the_customers_is_a_risk() -> None:
    messages = said(SENTENCES["de"])
    verdict = await judged("language", SENTENCES["en"], messages)
    assert verdict.score >= 0.8
    assert verdict.detail == "en, the customer writes de"
    assert marked(verdict, SENTENCES["en"]) == [SENTENCES["en"]]
    assert (await judged("language", SENTENCES["de"], messages)).score == 0.0


async def test_little_text_is_no_risk_and_says_so() -> None:
    verdict = await judged("language", "Ab 3 Monaten.", said(SENTENCES["en"]))
    assert (verdict.score, verdict.detail) == (0.0, "too short to tell its language")
    verdict = await judged("language", SENTENCES["en"], said("Spatz?"))
    assert (verdict.score, "cannot be told" in verdict.detail) == (0.0, True)


async def test_only_the_allowed_ones() -> None:
    french = said(SENTENCES["fr"])
    verdict = await judged("language", SENTENCES["fr"], french, allow=["en", "de"])
    assert (verdict.score >= 0.8, verdict.detail) == (True, "fr, not one of en, de")
    answer = await judged("language", SENTENCES["en"], french, allow=["en", "de"])
    assert answer.score == 0.0  # French is not offered, so English is what there is
    loose = await judged("language", SENTENCES["en"], said(SENTENCES["de"]), as_customer=False)
    assert loose.score == 0.0


async def test_a_structured_answer_has_no_language() -> None:
    json = '{"the": "and", "you": "of", "is": "to", "for": "with"}'
    assert (await judged("language", json, said(SENTENCES["de"]))).score == 0.0
    assert (await judged("language", f"[{json}]", said(SENTENCES["de"]))).score == 0.0


@pytest.mark.parametrize(
    "begins", ["[Note] ", "[1] ", "{name}, ", "[the list](https://a.example) "]
)
async def test_prose_in_brackets_is_prose(begins: str) -> None:
    text = begins + SENTENCES["en"]
    assert (await judged("language", text, said(SENTENCES["de"]))).score > 0.5


def test_a_language_nobody_can_tell_is_refused() -> None:
    with pytest.raises(ValidationError, match="'xx' is no language this check tells"):
        check("language", allow=["xx"])


@given(st.sampled_from(sorted(SENTENCES)), st.sampled_from(["\n", "  ", "\t "]))
def test_white_space_changes_nothing(language: str, blank: str) -> None:
    assert tell(SENTENCES[language].replace(" ", blank)) == tell(SENTENCES[language])


@given(st.text(max_size=120))
def test_any_text_is_told_or_not(text: str) -> None:
    told = tell(text)
    assert told is None or (told.language in LANGUAGES and 0 < told.sure <= 1)
