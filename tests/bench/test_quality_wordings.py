"""Wordings that packs are measured by: in none of the packs' own tests, and each counted."""

import pytest

from bench.pack_rulings import PACKS, RULES
from bench.quality_wordings import FILE, KINDS, measure, wordings


def test_they_stand_in_no_test_of_a_pack() -> None:
    written = "\n".join(file.read_text("utf-8") for file in RULES.glob("*.yaml"))
    for known in wordings().values():
        assert known.keys() <= {pack.stem for pack in PACKS}
        for kinds in known.values():
            assert kinds.keys() == KINDS.keys()
            for customer, draft in (pair for pairs in kinds.values() for pair in pairs):
                assert not (customer in written and draft in written)


@pytest.mark.slow  # it compiles every pack
def test_what_is_held_is_counted_by_pack_and_in_all() -> None:
    sections = measure(FILE.parent, lambda _done, _of: None)
    assert [section.title for section in sections] == ["wordings: apart", "wordings: before"]
    for section in sections:
        figures = {figure.name: figure for figure in section.figures}
        for what in KINDS.values():
            ours = [figure for name, figure in figures.items() if name.endswith(f"pack: {what}")]
            every = figures[f"all packs: {what}"]
            held = sum((figure.value or 0.0) * figure.of for figure in ours)
            assert every.of == sum(figure.of for figure in ours)
            assert round((every.value or 0.0) * every.of) == round(held)
