"""What any check must beat: how long an answer is, and whether it sounds unsure. No samples.

On questions with short answers these two alone tell much: a long, hedging answer is often wrong.
"""

import math

from hitl_chat.checks.lexical import does_not_know

NAME = "control: hedge phrase + length, no samples"


def hedge_and_length(text: str) -> float:
    """One hedge weighs as much as twenty times the length."""
    return 3.0 * does_not_know(text) + math.log1p(len(text))
