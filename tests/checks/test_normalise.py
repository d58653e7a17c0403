"""The rows "Unicode" of the security page, on the two readings of a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.normalise import (
    LONGEST_FOLD,
    REMEMBERED,
    Normaliser,
    fold_character,
    folded,
    key,
    lowered,
)

ROWS = {
    "right-to-left override": ("refu\u202end", "refund"),
    "isolates": ("re\u2066fu\u2069nd", "refund"),
    "zero width space": ("pass\u200bword", "password"),
    "zero width joiner": ("pass\u200dword", "password"),
    "byte order mark": ("\ufeffrefund", "refund"),
    "soft hyphen": ("re\u00adfund", "refund"),
    "tag characters": ("refund\U000e0041\U000e0042", "refund"),
    "variation selectors": ("re\ufe0ffund\U000e0101", "refund"),
    "control characters": ("re\x00fu\x1bnd", "refund"),
    "braille blank": ("full\u2800refund", "full refund"),
    "hangul filler": ("full\u3164refund", "full refund"),
    "no-break spaces": ("full\u00a0\u2007refund", "full refund"),
    "cyrillic look-alikes": ("rеfund, сode", "refund, code"),  # noqa: RUF001
    "greek look-alikes": ("guαrαntεε", "guarantee"),  # noqa: RUF001
    "small capitals": ("ʀᴇꜰᴜɴᴅ", "refund"),
    "small capital g": ("ɢuarantee", "guarantee"),
    "full width": ("ｒｅｆｕｎｄ９０", "refund90"),  # noqa: RUF001
    "mathematical": ("𝐫𝒆𝓯𝖚𝗻𝚍", "refund"),  # noqa: RUF001
    "circled": ("ⓡⓔⓕⓤⓝⓓ", "refund"),
    "boxed": ("🅡🅴", "RE"),
    "flags": ("🇷🇪", "RE"),
    "ligature": ("ﬁne", "fine"),
    "arabic digits": ("٩٠ days", "90 days"),
    "accents": ("réfünd", "refund"),
    "zalgo": ("r" + "\u0336\u0489\u0301" * 333 + "efund", "refund"),
    "combining only": ("\u0301" * 1000, ""),
    "lone surrogates": ("re\ud800fund\udfff", "re\ufffdfund\ufffd"),
    "line separator": ("full\u2028refund", "full refund"),
    "quotes and dashes": ("don’t – “go”", 'don\'t - "go"'),  # noqa: RUF001
    "JSON escapes": (r"re\u0066und \u00fcber \"100\"\nfine\/", 'refund uber "100" fine/'),
    "an escaped backslash": (r"a\\u0066", r"a\u0066"),
    "half an emoji each": (r"\ud83d\ude00", "\ufffd\ufffd"),
    "no escape": (r"C:\users \* \x", r"C:\users \* \x"),
    "sharp s": ("Straße", "Strasse"),
}


@pytest.mark.parametrize(("written", "read"), ROWS.values(), ids=ROWS)
def test_a_text_is_read_as_it_looks(written: str, read: str) -> None:
    assert folded(written) == read


def test_plain_ascii_reads_as_written() -> None:
    plain = "".join(map(chr, range(33, 127)))
    assert folded(plain) == plain


def test_one_character_never_becomes_many() -> None:
    every = map(chr, (*range(0x20000), *range(0xE0000, 0xE0200)))
    assert max(len(fold_character(char)) for char in every) <= LONGEST_FOLD


def test_a_long_ligature_does_not_grow() -> None:
    assert len(folded("\ufdfa" * 100_000)) == 100_000


def test_all_of_unicode_is_not_remembered() -> None:
    table = folded.__globals__["_FOLD"]
    folded("".join(map(chr, range(0x4E00, 0x4E00 + 2 * REMEMBERED))))
    assert len(table) <= REMEMBERED


def test_lower_case_keeps_every_place() -> None:
    every = "".join(map(chr, range(0x20000)))
    assert len(lowered(every)) == len(every)


def test_lower_case_does_not_look_around() -> None:
    """A Greek word's last sigma is another letter; matching in pieces must not see that."""
    assert lowered("ΟΔΟΣ") == "".join(map(lowered, "ΟΔΟΣ"))


@given(st.text(st.characters(exclude_characters="\\\uff3c\ufe68")))
def test_what_looks_the_same_to_unicode_reads_the_same(text: str) -> None:
    assert folded(unicodedata.normalize("NFKC", text)) == folded(text)


@given(
    st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from(" \n\t\u200b\u2800é\\\\u00fn")))
)
def test_pieces_read_as_the_whole_does(pieces: list[str]) -> None:
    normaliser = Normaliser()
    made = [normaliser.feed(piece) for piece in pieces]
    whole = Normaliser().feed("".join(pieces))
    assert "".join(piece.read for piece in made) == whole.read
    assert "".join(piece.written for piece in made) == whole.written


@given(st.text(st.characters() | st.sampled_from("  \n\u200b\u2800éﬁ")))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    piece = Normaliser().feed(text)
    for made, at in ((piece.written, piece.written_at), (piece.read, piece.read_at)):
        places = list(range(len(text))) if at is None else at
        assert len(places) == len(made)
        assert places == sorted(places)
        assert all(0 <= place < len(text) for place in places)


def test_an_escape_that_is_not_complete_waits() -> None:
    normaliser = Normaliser()
    pieces = [normaliser.feed(piece) for piece in ("a\\", "u00", "66", "b", "\\\\", "\\u")]
    assert [piece.read for piece in pieces] == ["a", "", "f", "b", "\\", ""]
    assert [piece.waiting for piece in pieces] == [1, 4, 0, 0, 0, 2]
    assert pieces[2].read_at == [-4]


def test_as_written_only_blanks_change() -> None:
    piece = Normaliser().feed("a\n\n b\tc\u200b  é")
    assert piece.written == "a b c\u200b é"


def test_a_key_forgets_case_and_look() -> None:
    assert key(" SPRİNG\u200b10 ") == key("spring10")
