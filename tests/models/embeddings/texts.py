"""500 made-up texts of many kinds, always the same: what the paths of a model are compared on."""

import random

THINGS = (
    "lantern",
    "moss kit",
    "order 4711",
    "refund",
    "Überweisung",
    "パスワード",
    "résumé",
    "🌱 pot",
)
TOLD = (
    "My {a} arrived broken, what about the {b}?",
    "{a}",
    "We will NOT replace the {a}; the {b} costs 12.50 EUR, i.e. 3x more than on 2026-03-01.",
    "see https://moss.example/{a}?q={b}&x=1 or write to help@moss.example",
    "{a}\n\n- {b}\n- {b}!!!\t???",
    "the {a} " * 20 + "and then, at last, the {b}",
    "supercalifragilistic{a}expialidocious" * 2 + " {b}",
)
ODD = ("", " ", ".", "\n", "\x00", "ﬁ ½ ①", "x" * 500, "a " * 700, "עברית عربى", "İstanbul ß ẞ")


def texts(count: int = 500) -> list[str]:
    chance = random.Random(20)
    made = list(ODD)
    while len(made) < count:
        a, b = chance.choice(THINGS), chance.choice(THINGS)
        words = " ".join(chance.sample(("please", "now", "or", "never", "thanks", "why"), 3))
        made.append(f"{chance.choice(TOLD).format(a=a, b=b)} {words} {chance.randrange(10_000)}")
    return made
