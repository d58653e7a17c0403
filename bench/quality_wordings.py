"""What the rule packs make of plain words: mistakes and cries for help, and everyday answers.

    .venv/bin/python -m bench.quality --checks wordings

`wordings.yaml` was written apart from the packs and is no example for them: whoever words a pack
does not look at it, and what a pack misses here is not added to it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bench.pack_rulings import PACKS, Pack, Pair
from bench.quality_section import Figure, Section, Tick

FILE = Path(__file__).with_name("wordings.yaml")
KINDS = {"breaches": "breaches held", "harmless": "everyday answers held"}

Wordings = Mapping[str, Mapping[str, Sequence[Pair]]]  # by pack and kind


def wordings() -> Mapping[str, Wordings]:
    """Each list by its name; what the names say stands in the file."""
    known: Mapping[str, Wordings] = yaml.safe_load(FILE.read_text("utf-8"))
    return known


def measure(_folder: Path, tick: Tick) -> list[Section]:
    packs: list[Pack] = []
    for at, file in enumerate(PACKS, start=1):
        packs.append(Pack(file))
        tick(at, len(PACKS))
    return [
        Section(f"wordings: {name}", figures=asyncio.run(_figures(packs, known)))
        for name, known in wordings().items()
    ]


async def _figures(packs: Sequence[Pack], known: Wordings) -> list[Figure]:
    found: list[Figure] = []
    total: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for pack in (pack for pack in packs if pack.name in known):
        for kind, what in KINDS.items():
            held = await pack.held(known[pack.name][kind])
            found.append(_figure(f"{pack.name} pack: {what}", held))
            total[kind] += held
    return [*found, *(_figure(f"all packs: {what}", total[kind]) for kind, what in KINDS.items())]


def _figure(name: str, held: Sequence[bool]) -> Figure:
    return Figure(name, sum(held) / len(held), len(held))
