"""How much an expression may cost to evaluate: more than any that a person wrote."""

from __future__ import annotations

MAXIMUM_STEPS = 300_000
MAXIMUM_DEPTH = 120
MAXIMUM_LENGTH = 1_000_000
MAXIMUM_INTEGER = 1 << 256


def is_large(value: object) -> bool:
    """Whether a value is a whole number that no schema needs; Python itself can't show all of those."""
    return isinstance(value, int) and not -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER


class Exhausted(Exception):
    """The expression is too large or too deep."""
