"""A forbidden phrase is found however it is disguised, and odd text costs no more than its length.

Through the whole proxy; what each disguise is read as, tests/checks/test_normalise.py lists.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.upstream import DONE, END, head
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_rules import SORRY, SORRY_AFTER, rules, stop_at
from tests.world_wire import check_stream

PHRASE = "full refund"
DISGUISED = {
    "direction override": "full re\u202efund\u202c",
    "isolates": "full \u2066re\u2069\u2067fu\u2068nd",
    "zero width space": "full re\u200bfund",
    "zero width joiner": "fu\u200dll refund",
    "byte order mark": "\ufefffull re\ufefffund",
    "tag characters": "full re\U000e0041\U000e0042fund",
    "blank of braille": "full\u2800refund",
    "cyrillic": "full r\u0435fund",
    "greek": "full r\u03b5fund",
    "full width": "\uff46\uff55\uff4c\uff4c \uff52\uff45\uff46\uff55\uff4e\uff44",
    "a thousand marks": "f" + "\u0301\u0336\u0489" * 333 + "ull refund",
    "line separator": "full\u2028refund",
    "variation selector": "full re\ufe0ffund",
    "soft hyphen": "full re\u00adfund",
}
ODD = {
    "marks alone": "\u0301" * 1000,
    "a ligature that could grow": "\ufdfa" * 100_000,
    "a hundred thousand hidden characters": "a" + "\u200b" * 100_000 + "b",
    "marks without end": "z" + "\u0335\u0489" * 50_000,
    "every direction": "\u202a\u202b\u202d\u202e\u2066\u2067\u2068" * 2000,
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, rules(stop_at(PHRASE))) as made:
        yield made


@pytest.mark.parametrize("phrase", DISGUISED.values(), ids=DISGUISED)
async def test_a_disguised_phrase_is_held(world: World, phrase: str) -> None:
    for pieces in (["You get a ", phrase, " today."], ["You get a ", *phrase, " today."]):
        world.upstream.script("m", says(*pieces))
        customer = await world.ask("m", f"May I have {len(pieces)}?")
        ident = str((await customer.until(held)).hitl["hold_id"])
        sent = customer.text
        assert "You get a ".startswith(sent.rstrip("\ufeff"))
        await world.people.reject(ident)
        await customer.rest()
        assert customer.text.removeprefix(sent).strip() in (SORRY, SORRY_AFTER)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_odd_text_is_text(world: World, text: str) -> None:
    world.upstream.script("m", says("Look: ", text, " That is all."))
    customer = await (await world.ask("m", text)).rest()
    check_stream(customer)
    assert customer.text == f"Look: {text} That is all."


async def test_half_a_character_from_a_model_is_no_answer(world: World) -> None:
    for half in (b"\\ud800", b"\\udc00\\ud800", b"\xed\xa0\x80"):
        said = b'data: {"choices":[{"index":0,"delta":{"content":"a%sb"}}]}\n\n' % half
        world.upstream.script("m", [head(), said, DONE, END])
        customer = await (await world.ask("m", stream=True)).rest()
        assert customer.status == 502, half
        assert customer.error["code"].startswith("upstream_")


async def test_half_a_character_in_a_request_is_refused(world: World) -> None:
    for half in (b"\\ud800", b"\xed\xa0\x80"):
        body = b'{"model":"m","messages":[{"role":"user","content":"%s"}]}' % half
        refused = await (await world.send(body)).rest()
        assert (refused.status, refused.error["code"]) == (400, "invalid_json")
    assert world.upstream.seen == []
