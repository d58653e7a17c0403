"""The check `pii`: found in every form and at every cut; the shop's own data and other numbers not.

All addresses and numbers are made up, from ranges set aside for examples where there are any.
"""

from typing import Any

import pytest
from hypothesis import example, given
from pydantic import ValidationError

from tests.checks.scanning import (
    all_cuts_in_two,
    before,
    cut,
    in_lines,
    made_of,
    pii,
    places,
    run,
    texts_found,
    use,
)

ALL = pii()

FOUND = {
    "address": ("write to marta.keller@example.net, please", "email", "marta.keller@example.net"),
    "plus address": ("a+b_c@mail.example.co.uk.", "email", "a+b_c@mail.example.co.uk"),
    "address in brackets": ("<x@example.org>", "email", "x@example.org"),
    "address in JSON": ('{"to":"x.y@example.org"}', "email", "x.y@example.org"),
    "address in capitals": ("MARTA@EXAMPLE.NET", "email", "MARTA@EXAMPLE.NET"),
    "full width address": ("ｍａｒｔａ＠example.net", "email", "ｍａｒｔａ＠example.net"),  # noqa: RUF001
    "address with hidden signs": ("ma\u200brta@exa\u200bmple.net", "email", None),
    "umlaut address": ("jörg@example.de", "email", "jörg@example.de"),
    "visa": ("card 4111 1111 1111 1111, ok", "card", "4111 1111 1111 1111"),
    "visa, a date behind": ("4111111111111111 12/27", "card", "4111111111111111"),
    "mastercard": ("5555-5555-5555-4444", "card", "5555-5555-5555-4444"),
    "amex": ("3782 822463 10005", "card", "3782 822463 10005"),
    "maestro": ("6759649826438453", "card", "6759649826438453"),
    "card behind a number": ("order 12 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
    "arabic digits": ("٤١١١١١١١١١١١١١١١", "card", "٤١١١١١١١١١١١١١١١"),
    "iban": ("DE89 3704 0044 0532 0130 00.", "iban", "DE89 3704 0044 0532 0130 00"),
    "iban, text behind": ("GB82WEST12345698765432 AND", "iban", "GB82WEST12345698765432"),
    "small iban": ("gb82west12345698765432", "iban", "gb82west12345698765432"),
    "ssn": ("it is 219-09-9999.", "ssn", "219-09-9999"),
    "ssn by name": ("SSN: 219099999", "ssn", "219099999"),
    "spaced ssn by name": ("his social security number is 219 09 9999", "ssn", "219 09 9999"),
    "ip": ("from 192.0.2.17, twice", "ip", "192.0.2.17"),
    "ip in words": ("|198.51.100.7|", "ip", "198.51.100.7"),
    "ipv6": ("at 2001:db8::8a2e:370:7334 now", "ip", "2001:db8::8a2e:370:7334"),
    "phone, labelled": ("Mobile: +1 (202) 555-0143", "phone", "+1 (202) 555-0143"),
    "phone of somebody": ("her number is 0171 39200 10", "phone", "0171 39200 10"),
    "phone by an address": (
        "Marta Keller, marta.keller@example.net, +49 30 23125 014.",
        "phone",
        "+49 30 23125 014",
    ),
    "german phone": ("ihre Nummer: 030/23125 014", "phone", "030/23125 014"),
}

NOT_FOUND = {
    "item number": "Item ID: 9647292434",
    "tracking number": "tracking number 746342064230",
    "no checksum": "card 4111 1111 1111 1112",
    "no brand": "number 9999999999999995",
    "fraction": "0.4111111111111111 of it",
    "time stamp": "w3:4111111111111111",
    "date": "created on 2024-05-19 or 19.05.2024",
    "dates for somebody": "her number of nights from 2024-05-19",
    "no such country": "XX89370400440532013000",
    "wrong iban": "DE88370400440532013000",
    "no such ssn": "000-12-3456, 666-12-3456, 912-12-3456, 123-00-4567",
    "nine digits": "order 219099999",
    "version": "version 1.2.3.4",
    "no such address": "256.1.1.1 and 1.2.3",
    "time": "at 12:30:45, ratio 3:4",
    "name space": "std::vector and a::b",
    "at sign": "@home, 5 @ 3 euros, a@b",
    "shop's own number": "You can call us at +44 20 7946 0018.",
    "price": "2 for 1,299.00 euros, 1.5 kg",
}


@pytest.mark.parametrize(("text", "kind", "found"), FOUND.values(), ids=FOUND)
def test_found(text: str, kind: str, found: str | None) -> None:
    spans = {(text[start:end], its) for start, end, its in run(ALL, [text]).found}
    assert (found or text, kind) in spans


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_not_found(text: str) -> None:
    assert run(ALL, [text]).found == set()


@pytest.mark.parametrize(("text", "kind", "found"), FOUND.values(), ids=FOUND)
def test_found_at_every_cut(text: str, kind: str, found: str | None) -> None:
    """Of numbers nothing leaves; of addresses at most the first word, which is no address."""
    whole = run(ALL, [text])
    first = min(start for start, _, _ in whole.found)
    may_leave = kind in ("email", "iban", "ip") or "@" in text
    for pieces in (*all_cuts_in_two(text), list(text)):
        scanned = run(ALL, pieces)
        assert scanned.found == whole.found
        left = text[first : max(first, scanned.released)].replace("\u200b", "").rstrip(".")
        assert left.isalnum() if left and may_leave else not left


@given(
    made_of(
        *("4111 1111 ", "1111 1111", "4111", "1111", " ", "-", ".", "/", ":", "+", "@", "12", "9"),
        *("marta", ".keller", "@example", ".net", "example.org", "DE89", "3704", "0044", "0532"),
        *("0130", "00", "219", "-09-", "9999", "192.", "0.2.17", "2001:", "db8::", "SSN ", "é"),
        *("her number: ", "+49 30 ", "23125", " 014", "\n", "\u200b", "５", " und "),  # noqa: RUF001
    ),
    before,
    places,
)
@example("4111 1111 1111 1111", "", [4, 9])
def test_pieces_do_not_matter(text: str, before: str, where: list[int]) -> None:
    whole = run(ALL, [before + text])
    pieces = run(ALL, [*in_lines(before), *cut(text, where)])
    assert pieces.found == whole.found
    numbers = [start for start, _, kind in whole.found if kind in ("card", "ssn", "phone")]
    assert pieces.released <= min(numbers, default=len(before + text))


def test_of_an_address_only_the_first_word_may_have_left() -> None:
    pieces = ["It is ", "marta", ".", "keller", "@exa", "mple.net", "."]
    assert run(ALL, pieces).marks == [6, 11, 12, 12, 12, 12, 12]


def test_an_address_that_comes_in_one_piece_stays_whole() -> None:
    assert run(ALL, ["It is ", "marta.keller@example.net", ", and"]).marks == [6, 6, 6]


def test_ordinary_words_leave_at_once() -> None:
    words = ["Your", " tent", " is", " here", ";", " it", " weighs", " little", ".", " Enjoy"]
    lengths = [len("".join(words[: count + 1])) for count in range(len(words))]
    assert run(ALL, words).marks == lengths


def test_a_number_leaves_when_it_is_over() -> None:
    assert run(ALL, ["within 30", " days", ", 4111", " euros"]).marks == [7, 14, 16, 26]


def test_the_companys_own_data_is_allowed() -> None:
    own = pii(allow=["@moss-and-lantern.example", "+49 30 555 0100", "192.0.2.1"])
    mine = "her number: +49 (30) 555-0100, Help@Moss-and-Lantern.example or 192.0.2.1"
    assert run(own, [mine]).found == set()
    assert texts_found(own, "or x@evil-moss-and-lantern.example, 192.0.2.11") == [
        "x@evil-moss-and-lantern.example",
        "192.0.2.11",
    ]


def test_only_the_wanted_types_are_looked_for() -> None:
    assert texts_found(pii(types=["card"]), "x@example.net 4111111111111111") == [
        "4111111111111111"
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"types": []}, "at least 1"),
        ({"types": ["emial"]}, "Input should be 'email'"),
        ({"allow": ["*@shop.example"]}, "or @domain"),
        ({"alow": ["x@y.example"]}, "Extra inputs"),
    ],
)
def test_wrong_options_say_what_is_wrong(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        use("pii", **options)


@pytest.mark.parametrize(
    "flood",
    ["1" * 100_000, "1 " * 50_000, "@" * 100_000, "a@" * 50_000, "a." * 50_000, "1.1." * 25_000,
     "ab12" * 25_000, "::" * 50_000, "+(" * 50_000, "a:" * 50_000, "4111 " * 20_000],
)  # fmt: skip
def test_no_text_takes_long(flood: str) -> None:
    run(ALL, [flood])
    run(ALL, cut(flood[:2000], list(range(0, 2000, 3))))
