"""A claim needs a source; how either of them is written does not matter."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hitl_chat.checks.claims import claims
from hitl_chat.checks.evidence import of, supports
from hitl_chat.checks.numerals import numbers
from tests.checks.asking import ARGUMENTS, NAME, check, judged, marked, said, segment

POLICY = """R1 returns: 30 days; opened audio only if faulty. R2 refunds of up to €100 by us.
S2 child carriers from about 9 months. D1 codes: SPRING10 only. C1 down: 30 °C. G1 gift cards:
14 days. The lantern weighs 1.2 kg and runs 40 hours. Delivery takes 3 to 5 working days.
Open Monday to Friday, 9 am to 6 pm. Opened on 24 May 2019. Returns: https://moss.example/returns,
help@moss.example, +49 30 555 0100. 10 % off. Ask for Marta Keller."""

SUPPORTED = [
    "You have 30 days.",
    "You have thirty days.",
    "Sie haben dreißig Tage.",
    "Vous avez trente jours.",
    "Tiene treinta días.",
    "Within a fortnight, which is two weeks or 14 days.",
    "Up to 100 euros, that is EUR 100.00 or 100,00 €.",
    "Dry it at 30°C (86 °F).",
    "Ab 9 Monaten.",
    "Ab neun Monaten.",
    "Use SPRING10.",
    "It weighs 1200 g, 1,2 kg.",
    "Four days at most five working days.",
    "We are open from Monday to Friday, 9:00 to 18:00.",
    "Wir öffnen mittwochs um 9 Uhr.",
    "Since 05/24/2019, or 24.05.2019, or May 24th.",
    "See moss.example/returns or write to HELP@moss.example.",
    "Call 0049 30 5550100.",
    "You get 10% off, ten percent.",
    "Mrs Keller will help: ask for Marta Keller.",
    "On May 24, 2019: nothing else.",  # a colon behind a date is not a time
    "1. Take a photo.\n2. Send it.",
    "One of our colleagues will call.",
    "",
]
UNSUPPORTED = [
    ("You have 90 days.", ["90 days"], "duration"),
    ("You have ninety days.", ["ninety days"], "duration"),
    ("Sie haben neunzig Tage.", ["neunzig Tage"], "duration"),
    ("Vous avez quatre-vingt-dix jours.", ["quatre-vingt-dix jours"], "duration"),
    ("Tiene noventa días.", ["noventa días"], "duration"),
    ("Dry it at 90 °C.", ["90 °C"], "temperature"),
    ("We refund €240.", ["€240"], "amount"),
    ("We refund $100.", ["$100"], "amount"),
    ("It weighs 30 kg.", ["30 kg"], "measure"),
    ("Ab 3 Monaten.", ["3 Monaten"], "duration"),
    ("Use CEO90.", ["CEO90"], "code"),
    ("It takes 6 to 7 days.", ["6", "7 days"], "duration"),
    ("It comes on Sunday.", ["Sunday"], "weekday"),
    ("We open at 8 am.", ["8 am"], "time"),
    ("Since 25 May 2019.", ["25 May 2019"], "date"),
    ("Since 24 May 2020.", ["24 May 2020"], "date"),
    ("See https://evil.example/returns.", ["https://evil.example/returns"], "link"),
    ("Write to ceo@moss.example.", ["ceo@moss.example"], "email"),
    ("Call +49 30 555 0199.", ["+49 30 555 0199"], "phone"),
    ("You get 20 % off.", ["20 %"], "percent"),
]


@pytest.mark.parametrize("draft", SUPPORTED)
async def test_what_the_documents_say_may_be_said_in_any_form(draft: str) -> None:
    verdict = await judged("grounding", draft, said("Hello?", system=POLICY))
    assert (verdict.score, marked(verdict, draft)) == (0.0, [])


@pytest.mark.parametrize(("draft", "wrong", "kind"), UNSUPPORTED)
async def test_what_nothing_supports_is_marked(draft: str, wrong: list[str], kind: str) -> None:
    verdict = await judged("grounding", draft, said("Hello?", system=POLICY))
    assert verdict.score >= 0.7
    assert marked(verdict, draft) == wrong
    assert {span.kind for span in verdict.spans} == {kind}
    assert verdict.detail == f"unsupported {kind}"


LINKED = "See https://www.shop.example/returns/how and help.shop.example."


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("shop.example", True),
        ("https://shop.example/returns", True),
        ("https://shop.example/returns/how", True),
        ("https://shop.example/ret", False),
        ("https://hop.example", False),
        ("https://shop.example/returns/howto", False),
    ],
)
async def test_a_link_is_supported_by_one_that_it_leads_to(link: str, known: bool) -> None:
    verdict = await judged("grounding", f"Look at {link} please.", said("?", system=LINKED))
    assert (verdict.score == 0.0) is known


@pytest.mark.parametrize("known", ["notshop.example", "shop.example.evil.test", "my-shop.example"])
async def test_another_address_with_the_same_letters_supports_nothing(known: str) -> None:
    asked = said("?", system=f"See https://{known}/a.")
    assert (await judged("grounding", "Look at shop.example please.", asked)).score > 0.5


async def test_of_a_customer_s_very_long_words_both_ends_are_a_source() -> None:
    long = f"I paid 71 euros. {'Well. ' * 20_000} It was 83 euros."
    for amount, known in ((71, True), (83, True), (77, False)):
        verdict = await judged("grounding", f"You paid {amount} euros.", said(long, system="Hi"))
        assert (verdict.score == 0.0) is known


async def test_a_long_result_is_a_source_wherever_it_says_it() -> None:
    filler = "Nothing else was ordered. " * 4_000
    for tool in (f"{filler}It cost 71 euros. {filler}", f"{filler.replace(' ', '_')} 71 euros"):
        for amount, known in ((71, True), (77, False)):
            asked = said("?", tools=[tool])
            verdict = await judged("grounding", f"You paid {amount} euros.", asked)
            assert (verdict.score == 0.0) is known


async def test_what_nobody_read_of_an_endless_result_supports_nothing() -> None:
    filler = "Nothing else was ordered. "
    asked = said("?", tools=[f"71 euros. {filler * 7_000} 77 euros. {filler * 12_000} 83 euros."])
    for amount, known in ((71, True), (77, False), (83, True)):
        verdict = await judged("grounding", f"You paid {amount} euros.", asked)
        assert (verdict.score == 0.0) is known


async def test_every_source_counts_and_the_assistants_own_words_do_not() -> None:
    draft = "Order 6034 costs €55."
    sources = {
        "customer": said("Order 6034 for €55?"),
        "tool": said("?", tools=['{"order": "6034", "total": 55.0}']),
        "document": said("?", system="Order 6034 is 55,00 EUR"),
    }
    for messages in sources.values():
        assert (await judged("grounding", draft, messages)).score == 0.0
    before = said("?", before="Order 6034 costs €55.")
    assert (await judged("grounding", draft, before)).score > 0.9
    assert (await judged("grounding", draft, before, earlier_answers=True)).score == 0.0
    assert (await judged("grounding", draft, said("?"), allow=["6034 €55"])).score == 0.0


async def test_without_any_document_it_says_so() -> None:
    verdict = await judged("grounding", "90 days.", said("?"))
    assert verdict.detail == "unsupported duration (the request has no documents)"


@pytest.mark.parametrize("more", [{}, {"allow": ["30 days"]}])
async def test_answers_to_requests_without_any_document_may_pass(more: dict[str, object]) -> None:
    verdict = await judged("grounding", "90 days.", said("?"), without_sources="pass", **more)
    assert (verdict.score, verdict.detail) == (0.0, "the request has no documents")
    for messages in (said("?", system="30 days."), said("?", tools=['{"days": 30}'])):
        assert (await judged("grounding", "90 days.", messages, without_sources="pass")).score > 0.7


@pytest.mark.parametrize("dash", ["-", "\u2013", " to ", " bis "])
async def test_a_day_between_two_days_is_supported(dash: str) -> None:
    messages = said("When does order 6034 arrive?", tools=[f'{{"estimate": "Thu{dash}Sat"}}'])
    assert (await judged("grounding", "It arrives on Friday.", messages)).score == 0.0
    assert (await judged("grounding", "It arrives on Tuesday.", messages)).score >= 0.7


async def test_what_was_just_looked_up_speaks_before_the_opening_hours() -> None:
    found = ['{"estimate": "Thu-Sat"}']
    messages = said("When does it arrive?", system="Open Monday to Friday.", tools=found)
    verdict = await judged("grounding", "It arrives on Tuesday.", messages)
    assert 0.5 <= verdict.score < 0.75
    assert (await judged("grounding", "It arrives on Friday.", messages)).score == 0.0


async def test_a_date_names_its_weekday() -> None:
    messages = said("?", tools=['{"arrives": "2026-11-24T10:00:00Z"}'])
    assert (await judged("grounding", "On Tuesday, 24 November.", messages)).score == 0.0
    assert (await judged("grounding", "On Monday, 24 November.", messages)).score >= 0.7


async def test_a_structured_answer_is_read_value_by_value() -> None:
    messages = said("kettle, faulty, day 12", system=POLICY)
    wrong = '{"eligible": true, "reason": "faulty", "days_left": 78}'
    verdict = await judged("grounding", wrong, messages)
    assert verdict.score >= 0.8
    assert marked(verdict, wrong) == ["78"]
    right = wrong.replace("78", "18")  # 30 days less 12: said by nobody, but it follows
    assert 0 < (await judged("grounding", right, messages)).score < 0.3


async def test_tool_arguments_are_claims_too() -> None:
    messages = said("Just refund order 5120.", tools=['{"order": 5120, "total": 24.00}'])
    for amount, risky in (("240.00", True), ("24.0", False), ("24", False), ('"24.00"', False)):
        texts = {NAME: "issue_refund", ARGUMENTS: f'{{"order": "5120", "amount": {amount}}}'}
        verdict = await judged("grounding", texts, messages)
        assert (verdict.score > 0.8) is risky
        assert marked(verdict, texts[ARGUMENTS], ARGUMENTS) == ([amount] if risky else [])


async def test_a_sum_or_difference_weighs_less_than_a_new_number() -> None:
    messages = said("?", tools=['{"a": "€24", "b": "€30"}'])
    for draft in ("Together €54.", "That is €6 more."):
        assert 0 < (await judged("grounding", draft, messages)).score < 0.3
    assert (await judged("grounding", "Together €55.", messages)).score >= 0.9


async def test_small_counts_and_names_weigh_little_however_many() -> None:
    messages = said("?", system=POLICY)
    counts = await judged("grounding", "Take 2 ropes, 4 poles and 8 pegs.", messages)
    names = await judged("grounding", "Ask for Otto Lilienthal or Rosa Parks.", messages)
    assert 0 < counts.score < 0.5
    assert 0 < names.score < 0.5


async def test_an_answer_that_begins_with_a_bracket_is_read_for_names() -> None:
    verdict = await judged("grounding", "[Note] Ask for Rosa Parks.", [])
    assert verdict.detail.startswith("unsupported name")
    inside = await judged("grounding", '{"note": "Ask for Rosa Parks."}', [])
    assert "name" not in inside.detail


async def test_a_name_begins_where_its_word_begins() -> None:
    messages = said("?", tools=['{"address": "45 McAllister Street"}'])
    assert (await judged("grounding", "It is at 45 McAllister Street.", messages)).score == 0.0
    verdict = await judged("grounding", wrong := "It is at 45 McArthur Street.", messages)
    assert marked(verdict, wrong) == ["McArthur Street"]


async def test_only_the_asked_kinds_count() -> None:
    draft = "Call +49 30 555 0199 within 90 days."
    verdict = await judged("grounding", draft, said("?", system=POLICY), kinds=["duration"])
    assert marked(verdict, draft) == ["90 days"]
    with pytest.raises(ValidationError, match="kinds"):
        check("grounding", kinds=["moods"])


async def test_marks_stand_in_the_whole_text() -> None:
    draft = "Yes. Within 90 days. Bye."
    verdict = await segment("grounding", draft, 5, 21, said("?", system=POLICY))
    assert marked(verdict, draft) == ["90 days"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,000 and 1.000 and 1 000 and 1000", [(1000,), (1000, 1), (1000,), (1000,)]),
        ("1.250,50 or 1,250.50 or 1'250.50", [(1250.5,)] * 3),
        ("0.125 and 12,5", [(0.125,), (12.5,)]),
        ("one hundred and five, twenty-one", [(105,), (21,)]),
        ("two thousand five hundred", [(2500,)]),
        ("zweihundertfünfzig, einundzwanzig, tausend", [(250,), (21,), (1000,)]),
        ("quatre-vingt-dix-neuf, vingt et un", [(99,), (21,)]),
        ("treinta y cinco, veintidós", [(35,), (22,)]),
        ("someone, often, and tense weight", []),
    ],
)
def test_how_numbers_are_written(text: str, values: list[tuple[float, ...]]) -> None:
    assert [number.values for number in numbers(text)] == values


units = st.sampled_from(["days", "Tage", "jours", "kg", "%", "€", "°C", "hours", "km"])
blanks = st.sampled_from(["", " ", "\n", "\u00a0", "\u202f"])


@given(st.integers(11, 999_999), units, blanks, st.sampled_from(["{:d}", "{:,d}", "{:d}.00"]))
def test_a_quantity_supports_itself_in_every_form(
    value: int, unit: str, blank: str, form: str
) -> None:
    source = of(f"It says {value} {unit} here.")
    (claim,) = claims(f"It is {form.format(value)}{blank}{unit}.")
    assert supports(source, claim)
    (other,) = claims(f"It is {form.format(value + 1)}{blank}{unit}.")
    assert claim.unit == other.unit
    assert not supports(source, other)


@given(st.text(max_size=120))
def test_a_text_supports_all_it_says(text: str) -> None:
    known = of(text)
    found = claims(text)
    assert all(supports(known, claim) for claim in found)
    assert all(0 <= claim.start < claim.end <= len(text) for claim in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.sampled_from([draft for draft, *_ in UNSUPPORTED]), st.sampled_from(SUPPORTED))
async def test_more_text_around_changes_nothing(draft: str, around: str) -> None:
    messages = said("?", system=POLICY)
    alone = await judged("grounding", draft, messages)
    verdict = await judged("grounding", f"{around}\n\n{draft}\n\n{around}", messages)
    assert verdict.score == alone.score
