"""Who may send a request (security.md, bad inputs D): keys, conversation tokens, origins."""

import asyncio

import msgspec
import pytest
from msgspec.structs import replace

from hitl_chat.errors import Forbidden, HitlError, Unauthorized
from hitl_chat.server.auth import Caller, Keys, StoredKey, new_key
from hitl_chat.server.errors import Scope
from tests.server.clock import Clock

PEPPER = b"p" * 32


class Cabinet:
    """The api_key table: two tenants with a key each, and how often it was asked."""

    def __init__(self) -> None:
        self.keys: dict[str, StoredKey] = {}
        self.asked: list[str] = []
        self.plain = self.add("moss", aware=True)
        self.other = self.add("fern", origins=("https://fern.example",))

    def add(self, tenant: str, *, aware: bool = False, origins: tuple[str, ...] = ()) -> str:
        plain, ident, digest = new_key(PEPPER)
        self.keys[ident] = StoredKey(ident, tenant, digest, aware, origins)
        return plain

    def revoke(self, plain: str) -> None:
        ident = plain.split("_")[1]
        self.keys[ident] = msgspec.structs.replace(self.keys[ident], revoked=True)

    async def find(self, ident: str) -> StoredKey | None:
        self.asked.append(ident)
        return self.keys.get(ident)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


@pytest.fixture
def keys(cabinet: Cabinet, clock: Clock) -> Keys:
    return Keys(cabinet.find, PEPPER, clock, cache=3.0, token_life=900.0)


def scope(*authorization: str, origin: str | None = None) -> Scope:
    headers = [(b"host", b"a"), *((b"authorization", a.encode("latin-1")) for a in authorization)]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"type": "http", "headers": headers}


async def test_a_right_key_names_its_caller(keys: Keys, cabinet: Cabinet) -> None:
    asked = scope(f"Bearer {cabinet.plain}")
    caller = await keys.authorise(asked)
    assert (caller.tenant, caller.aware, caller.conversation) == ("moss", True, "")
    assert caller.key == cabinet.plain.split("_")[1]
    assert asked["hitl.caller"] == caller


async def test_a_crowd_that_comes_at_once_asks_once(keys: Keys, cabinet: Cabinet) -> None:
    crowd = [keys.authorise(scope(f"Bearer {cabinet.plain}")) for _ in range(50)]
    assert {caller.tenant for caller in await asyncio.gather(*crowd)} == {"moss"}
    assert len(cabinet.asked) == 1


async def test_a_crowd_with_a_wrong_key_is_refused_one_by_one(keys: Keys, cabinet: Cabinet) -> None:
    cabinet.revoke(cabinet.plain)
    crowd = [keys.authorise(scope(f"Bearer {cabinet.plain}")) for _ in range(5)]
    refused = await asyncio.gather(*crowd, return_exceptions=True)
    assert [type(each) for each in refused] == [Unauthorized] * 5
    with pytest.raises(Unauthorized):
        await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    assert len(cabinet.asked) == 2


async def test_one_of_a_crowd_hangs_up_and_the_others_are_let_in(
    keys: Keys, cabinet: Cabinet
) -> None:
    first, second = (
        asyncio.ensure_future(keys.authorise(scope(f"Bearer {cabinet.plain}"))) for _ in range(2)
    )
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).tenant == "moss"
    assert first.cancelled()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
async def test_the_scheme_may_be_written_in_any_case(
    keys: Keys, cabinet: Cabinet, scheme: str
) -> None:
    assert (await keys.authorise(scope(f"{scheme} {cabinet.plain} "))).tenant == "moss"


def mangled(plain: str) -> dict[str, str]:
    head, ident, secret = plain.split("_", 2)
    return {
        "upper-case id": f"{head}_{ident.upper()}_{secret}x",
        "upper-case prefix": f"{head.upper()}_{ident}_{secret}",
        "lower-case secret": f"{head}_{ident}_{secret.lower()}",
        "short secret": f"{head}_{ident}_{secret[:-1]}",
        "long secret": f"{head}_{ident}_{secret}A",
        "no secret": f"{head}_{ident}_",
        "another's secret": f"{head}_{ident}_{new_key(PEPPER)[0].split('_', 2)[2]}",
        "unknown id": f"{head}_0123456789ab_{secret}",
        "id with SQL": f"{head}_'%20OR%20'1'='1_{secret}",
        "openai key": "sk-proj-abcdefghijklmnopqrstuvwxyz",
        "token without signature": "ct_e30=.",
        "token with a made-up signature": "ct_e30=.AAAA",
        "token that is no base64": "ct_a.b",
        "endless": "hk_" + "a" * 5000,
    }


@pytest.mark.parametrize("name", mangled("hk_a_b"))
async def test_a_wrong_key_gets_the_same_answer_whatever_is_wrong(
    keys: Keys, cabinet: Cabinet, name: str
) -> None:
    with pytest.raises(Unauthorized) as refused:
        await keys.authorise(scope(f"Bearer {mangled(cabinet.plain)[name]}"))
    assert refused.value.code == "invalid_api_key"
    if name != "endless":
        assert refused.value.message == "Incorrect API key provided."


@pytest.mark.parametrize(
    "given",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        ["Bearer ' OR '1'='1"],
        ["Basic dXNlcjpwYXNz"],
        ["{key}"],
        ["Bearer {key} {key}"],
        ["Bearer {key}, Bearer {key}"],
        ["Bearer {key}", "Bearer {key}"],
        ["Bearer {key}", ""],
        ["Bearer {key}\xa0"],
        ["Token {key}"],
    ],
)
async def test_a_header_that_is_not_exactly_one_bearer_is_refused(
    keys: Keys, cabinet: Cabinet, given: list[str]
) -> None:
    with pytest.raises(Unauthorized):
        await keys.authorise(scope(*(one.format(key=cabinet.plain) for one in given)))
    assert cabinet.asked == []


async def test_headers_that_claim_an_identity_are_nothing(keys: Keys, cabinet: Cabinet) -> None:
    """Fault 12: who somebody is comes from the key alone."""
    asked = scope(f"Bearer {cabinet.plain}")
    asked["headers"] += [
        (b"x-tenant", b"fern"),
        (b"x-hitl-tenant", b"fern"),
        (b"x-forwarded-for", b"127.0.0.1"),
        (b"x-role", b"supervisor"),
        (b"openai-organization", b"fern"),
    ]
    assert (await keys.authorise(asked)).tenant == "moss"


async def test_a_known_key_is_not_looked_up_again_for_a_few_seconds(
    keys: Keys, cabinet: Cabinet, clock: Clock
) -> None:
    for _ in range(100):
        await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    assert len(cabinet.asked) == 1
    clock.time += 3.0
    await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    assert len(cabinet.asked) == 2


async def test_the_use_of_a_key_is_told_once_a_minute(cabinet: Cabinet, clock: Clock) -> None:
    told: list[str] = []
    keys = Keys(cabinet.find, PEPPER, clock, used=told.append)
    for _ in range(25):
        await keys.authorise(scope(f"Bearer {cabinet.plain}"))
        clock.time += 5.0
    with pytest.raises(Unauthorized):
        await keys.authorise(scope(f"Bearer {new_key(PEPPER)[0]}"))
    assert told == [cabinet.plain.split("_")[1]] * 3


async def test_a_revoked_key_stops_within_five_seconds(
    keys: Keys, cabinet: Cabinet, clock: Clock
) -> None:
    asked = scope(f"Bearer {cabinet.plain}")
    caller = await keys.authorise(asked)
    token, _ = keys.token(replace(caller, conversation="conv_1"))
    cabinet.revoke(cabinet.plain)
    clock.time += 5.0
    for credential in (cabinet.plain, token):
        with pytest.raises(Unauthorized):
            await keys.authorise(scope(f"Bearer {credential}"), token_ok=True)


async def test_a_wrong_key_is_never_remembered_as_right(keys: Keys, cabinet: Cabinet) -> None:
    await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    forged = cabinet.plain[:-1] + ("A" if cabinet.plain[-1] != "A" else "B")
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await keys.authorise(scope(f"Bearer {forged}"))


async def test_the_memory_of_keys_is_bounded(cabinet: Cabinet, clock: Clock) -> None:
    keys = Keys(cabinet.find, PEPPER, clock)
    caller = await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    for number in range(10_100):
        token, _ = keys.token(replace(caller, conversation=f"conv_{number}"))
        await keys.authorise(scope(f"Bearer {token}"), token_ok=True)
    assert len(keys._known) <= 10_000


async def test_the_pepper_is_part_of_every_key(cabinet: Cabinet, clock: Clock) -> None:
    with pytest.raises(Unauthorized):
        await Keys(cabinet.find, b"q" * 32, clock).authorise(scope(f"Bearer {cabinet.plain}"))


# --- conversation tokens ------------------------------------------------------------------------


@pytest.fixture
async def token(keys: Keys, cabinet: Cabinet) -> str:
    caller = await keys.authorise(scope(f"Bearer {cabinet.plain}"))
    return keys.token(replace(caller, conversation="conv_1"))[0]


async def test_a_token_is_good_for_its_conversation_where_tokens_are(
    keys: Keys, token: str
) -> None:
    caller = await keys.authorise(scope(f"Bearer {token}"), token_ok=True)
    assert (caller.tenant, caller.conversation, caller.aware) == ("moss", "conv_1", True)


async def test_a_token_is_refused_everywhere_else(keys: Keys, token: str) -> None:
    for _ in range(2):  # remembered or not
        with pytest.raises(Forbidden):
            await keys.authorise(scope(f"Bearer {token}"))
        await keys.authorise(scope(f"Bearer {token}"), token_ok=True)


async def test_a_token_expires_even_while_it_is_remembered(
    keys: Keys, token: str, clock: Clock
) -> None:
    clock.time += 899.0
    await keys.authorise(scope(f"Bearer {token}"), token_ok=True)
    clock.time += 1.0
    with pytest.raises(Unauthorized) as refused:
        await keys.authorise(scope(f"Bearer {token}"), token_ok=True)
    assert refused.value.code == "token_expired"


@pytest.mark.parametrize("at", [5, 20, -5])
async def test_a_token_that_was_changed_is_refused(keys: Keys, token: str, at: int) -> None:
    swapped = "B" if token[at] == "A" else "A"
    changed = token[:at] + swapped + token[at:][1:]
    with pytest.raises(Unauthorized):
        await keys.authorise(scope(f"Bearer {changed}"), token_ok=True)


async def test_a_token_of_a_key_that_moved_to_another_tenant_is_refused(
    keys: Keys, cabinet: Cabinet, token: str
) -> None:
    ident = cabinet.plain.split("_")[1]
    cabinet.keys[ident] = msgspec.structs.replace(cabinet.keys[ident], tenant="fern")
    with pytest.raises(Unauthorized):
        await keys.authorise(scope(f"Bearer {token}"), token_ok=True)


# --- origins ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        (None, None),
        ("https://fern.example", None),
        ("https://evil.example", Forbidden),
        ("null", Forbidden),
        ("", Forbidden),
    ],
)
async def test_a_key_with_origins_is_for_those_pages(
    keys: Keys, cabinet: Cabinet, origin: str | None, refused: type[HitlError] | None
) -> None:
    asked = scope(f"Bearer {cabinet.other}", origin=origin)
    if refused:
        with pytest.raises(refused):
            await keys.authorise(asked)
    else:
        assert isinstance(await keys.authorise(asked), Caller)


async def test_two_origins_are_nobodys(keys: Keys, cabinet: Cabinet) -> None:
    asked = scope(f"Bearer {cabinet.other}", origin="https://fern.example")
    asked["headers"].append((b"origin", b"https://fern.example"))
    with pytest.raises(Forbidden):
        await keys.authorise(asked)
