"""The parts of the quality bench by the name of their check: a new one is a line here."""

from collections.abc import Mapping
from pathlib import Path

from bench import (
    quality_consistency,
    quality_guarantee,
    quality_known_bad,
    quality_novelty,
    quality_pii,
    quality_support,
    quality_support_synthetic,
    quality_wordings,
)
from bench.quality_section import Figure, Measure, Section, Tick


def pii(folder: Path, tick: Tick) -> list[Section]:
    files = (quality_pii.MARKED, quality_pii.BENIGN)
    missing = next((name for name in files if not (folder / name).is_file()), "")
    title = f"pii: {quality_pii.MARKED}"
    if missing:
        return [Section(title, missing=missing)]
    found = quality_pii.of_folder(folder)
    tick(1, 1)
    figures = [
        Figure(f"{kind}: {name}", value, score.found + score.missed)
        for kind, score in found.types.items()
        for name, value in (("recall", score.recall), ("precision", score.precision))
    ]
    for name, held, of in (
        ("texts without such data, held", found.clean_held, found.clean),
        ("harmless support answers, held", found.benign_held, found.benign),
    ):
        figures.append(Figure(name, held / of if of else None, of))
    return [Section(title, figures=figures)]


SECTIONS: Mapping[str, Measure] = {
    "consistency": quality_consistency.measure,
    "ambiguity": quality_consistency.measure_ambiguity,
    "pii": pii,
    "known_bad": quality_known_bad.measure,
    "novelty": quality_novelty.measure,
    "support": quality_support.measure,
    quality_support_synthetic.NAME: quality_support_synthetic.measure,
    "wordings": quality_wordings.measure,
    "hedging": quality_support.measure_hedging,
    "guarantee": quality_guarantee.measure,
}
