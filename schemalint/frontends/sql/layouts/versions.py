"""The numbers that files are ordered by, as the tools read them."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+")
_LEADING = re.compile(r"[vV]?(\d+)")
_LONGEST = 40


def leading_number(name: str) -> int | None:
    """The number that a name begins with (a V before it may stand), or None."""
    found = _LEADING.match(name)
    return int(found[1]) if found and len(found[1]) <= _LONGEST else None


def version(text: str) -> tuple[int, ...]:
    """The numbers of a version such as 1.10 or 1_10; trailing zeros don't count."""
    numbers = [int(number[:_LONGEST]) for number in _NUMBER.findall(text)]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def by_number(name: str) -> tuple[int, str]:
    """The order of tools that compare the leading number, then the name."""
    number = leading_number(name)
    return (-1 if number is None else number, name)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """The order in which a person counts: every run of digits is a number."""
    return tuple(
        (0, int(piece[:_LONGEST]), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.lower())
        if piece
    )


def stem(name: str) -> str:
    """A file's name without `.sql`."""
    return name[:-4]
