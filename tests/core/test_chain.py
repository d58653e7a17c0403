"""The chain: one form per value, digests nobody guesses, links nobody changes unseen."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core import remainder
from hitl_chat.core.chain import (
    GENESIS,
    KEY_BYTES,
    SALT_BYTES,
    Keyring,
    Link,
    body,
    canonical,
    draft_bytes,
    draft_digest,
    mac,
    matches,
    salted,
    seal,
)

RING = Keyring("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)
anything = st.text(st.characters(), max_size=8)  # half characters too
texts = st.dictionaries(st.sampled_from(["0/content", "1/content", "0/refusal"]), anything)
times = st.floats(0, 1e10)
links = st.builds(
    Link, tenant=anything, stream=anything, seq=st.integers(1, 9), at=times, body=anything
)


@given(values)
def test_the_canonical_form_is_sorted_json_without_spaces(value: object) -> None:
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == plain.encode()
    assert json.loads(canonical(value)) == value


@given(texts)
def test_the_order_of_fields_and_empty_ones_change_no_digest(fields: dict[str, str]) -> None:
    turned = dict(reversed(fields.items())) | {"9/content": ""}
    assert draft_digest(turned) == draft_digest(fields)
    assert json.loads(draft_bytes(fields)) == {name: text for name, text in fields.items() if text}


@given(texts, texts)
def test_different_drafts_have_different_digests(one: dict[str, str], two: dict[str, str]) -> None:
    same = {n: t for n, t in one.items() if t} == {n: t for n, t in two.items() if t}
    assert (draft_digest(one) == draft_digest(two)) is same


@given(texts)
def test_what_a_person_approves_has_the_same_digest_everywhere(fields: dict[str, str]) -> None:
    assert remainder.Draft({}, fields).sha256() == draft_digest(fields)
    assert remainder.Draft(fields, {}).sha256() == draft_digest(fields)


def test_a_key_is_as_long_as_the_digest_and_a_salt_is_past_guessing() -> None:
    assert sha256().digest_size == KEY_BYTES
    assert SALT_BYTES * 8 == 128


def test_without_the_salt_a_digest_says_nothing() -> None:
    assert salted(b"a" * 16, b"yes") != salted(b"b" * 16, b"yes")
    assert salted(b"a" * 16, b"yes") == salted(b"a" * 16, b"yes")


@given(links, links, anything, anything)
def test_a_mac_covers_every_part_of_an_event_and_its_place(
    one: Link, two: Link, before: str, other: str
) -> None:
    key = RING.keys["k2"]
    previous, else_ = (part.encode("utf-8", "replace").hex() for part in (before, other))
    made = mac(key, previous, one)
    assert matches(RING, "k2", previous, one, made)
    assert matches(RING, "k2", previous, two, made) is (one == two)
    assert matches(RING, "k2", else_, one, made) is (previous == else_)
    assert not matches(RING, "k1", previous, one, made)
    assert not matches(RING, "k9", previous, one, made)


def test_a_body_is_stored_as_the_mac_covers_it() -> None:
    assert body({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    assert body({"a": "\ud800"}) == '{"a":"\\ud800"}'
    with pytest.raises(TypeError):
        body({"a": object()})


def test_half_a_character_changes_nothing_about_the_rest_of_the_form() -> None:
    assert body({"b": "\ud800", "a": 1}) == '{"a":1,"b":"\\ud800"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        body({"a": "\ud800", "b": float("nan")})


def test_seals_are_linked_and_cover_the_head() -> None:
    head = ("acme", "rules", 3, "aa", 1.0)
    first = seal(b"k", GENESIS, head)
    assert seal(b"k", GENESIS, head) == first
    assert seal(b"k", first, head) != first
    assert seal(b"other", GENESIS, head) != first
    for place, value in enumerate(("other", "system", 4, "ab", 2.0)):
        changed = (*head[:place], value, *head[place + 1 :])
        assert seal(b"k", GENESIS, changed) != first  # type: ignore[arg-type]
