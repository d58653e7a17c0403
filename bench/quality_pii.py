"""How well the check `pii` finds personal data: recall and precision for each type, with counts.

    .venv/bin/python -m bench.quality_pii [--data DIR] [--json FILE]

Reads `policy_pii.jsonl` (texts with marked spans) and `support_benign.jsonl` (drafts that nobody
would want held) from DIR, by default ../shared/data; copies nothing. Counts stand beside every
rate: some types have very few rows.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hitl_chat.checks.registry import default
from hitl_chat.ports import Scanner, Use

DATA = Path(__file__).parents[2] / "shared" / "data"
MARKED, BENIGN = "policy_pii.jsonl", "support_benign.jsonl"
TYPES = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip",
}

Span = tuple[str, int, int]


class Score(NamedTuple):
    """One type: how many marked spans were found, missed, and how many finds were none."""

    found: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float | None:
        return _rate(self.found, self.found + self.missed)

    @property
    def precision(self) -> float | None:
        return _rate(self.found, self.found + self.wrong)


class Quality(NamedTuple):
    types: Mapping[str, Score]
    clean: int  # texts without any span of these types
    clean_held: int
    benign: int
    benign_held: int


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def scanner() -> Scanner:
    checks = default()
    return checks.scanner([Use("pii", "pii", checks.synchronous["pii"]())])


def finds(looking: Scanner, text: str) -> set[Span]:
    scan = looking.start()
    scan.feed("0/content", text)
    scan.end()
    return {(s.kind, s.start, s.end) for verdict in scan.found() for s in verdict.spans}


def marked(row: Mapping[str, Any]) -> list[Span]:
    return [
        (TYPES[span["type"]], span["start"], span["end"])
        for span in row["spans"]
        if span["type"] in TYPES
    ]


def measure(marked_rows: Iterable[Mapping[str, Any]], drafts: Iterable[str]) -> Quality:
    looking = scanner()
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    clean = clean_held = 0
    for row in marked_rows:
        truth, said = marked(row), finds(looking, row["text"])
        hits = [next((one for one in said if _overlap(one, span)), None) for span in truth]
        found.update(span[0] for span, hit in zip(truth, hits, strict=True) if hit)
        missed.update(span[0] for span, hit in zip(truth, hits, strict=True) if not hit)
        wrong.update(kind for kind, *_ in said - set(filter(None, hits)))
        clean += not truth
        clean_held += not truth and bool(said)
    held = [bool(finds(looking, draft)) for draft in drafts]
    types = {kind: Score(found[kind], missed[kind], wrong[kind]) for kind in TYPES.values()}
    return Quality(types, clean, clean_held, len(held), sum(held))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def of_folder(folder: Path) -> Quality:
    return measure(rows(folder / MARKED), (row["draft"] for row in rows(folder / BENIGN)))


def rendered(quality: Quality) -> str:
    lines = [
        "| type | marked | found | wrong | recall | precision |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for kind, score in quality.types.items():
        count = score.found + score.missed
        rates = " | ".join(_percent(rate) for rate in (score.recall, score.precision))
        lines.append(f"| {kind} | {count} | {score.found} | {score.wrong} | {rates} |")
    lines += [
        "",
        f"texts without such data that were held: {quality.clean_held} of {quality.clean}",
        f"harmless support answers that were held: {quality.benign_held} of {quality.benign}",
    ]
    return "\n".join(lines)


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate * 100:.1f} %"  # noqa: RUF001 (a dash is meant)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.quality_pii", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not (asked.data / MARKED).is_file():
        print(f"no {MARKED} in {str(asked.data)!r}: name its folder with --data", file=sys.stderr)
        return 2
    quality = of_folder(asked.data)
    print(rendered(quality))
    if asked.json:
        types = {kind: score._asdict() for kind, score in quality.types.items()}
        asked.json.write_text(json.dumps({**quality._asdict(), "types": types}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
