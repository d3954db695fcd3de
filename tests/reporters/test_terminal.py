"""Excerpts of source fit for a terminal, and when there is colour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemalint.terminal import excerpt, painter, wants_colour


@pytest.mark.parametrize(
    ("line", "place", "room", "expected"),
    [
        ("select 1", (0, 6), 80, ("select 1", 0, 6)),
        ("\tselect\t1", (1, 7), 80, ("    select  1", 4, 6)),
        ("漢字 x", (3, 4), 80, ("漢字 x", 5, 1)),
        ("漢字 x", (0, 2), 80, ("漢字 x", 0, 4)),
        ("\x1b[2Jx", (4, 5), 80, (r"\x1b[2Jx", 7, 1)),
        ("##[a]##x[", (5, 8), 80, (r"##\x5ba]##x[", 8, 3)),
        ("x", (1, 1), 80, ("x", 1, 1)),
        ("", (0, 0), 80, ("", 0, 1)),
        ("x", (5, 9), 80, ("x", 1, 1)),
        ("a" * 50, (0, 3), 20, ("aaaaaaaaaaaaaa" + "...", 0, 3)),
        ("a" * 50 + "bcd" + "a" * 50, (50, 53), 20, ("...aaaaaaabcdaaaa...", 10, 3)),
        ("a" * 50 + "bcd", (50, 53), 20, ("...aaaaaaabcd", 10, 3)),
        ("a" * 50 + "b" * 50 + "a", (50, 100), 20, ("...aaabbbbbbbbbbb...", 6, 11)),
        ("a" * 10_000_000, (5_000_000, 5_000_001), 20, ("..." + "a" * 14 + "...", 10, 1)),
    ],
)
def test_excerpt(line: str, place: tuple[int, int], room: int, expected: tuple[str, int, int]) -> None:
    assert excerpt(line, (0, len(line)), place, room) == expected
    start, end = len("##漢\n"), len("##漢\n") + len(line)  # the same within a text
    within = (place[0] + start, place[1] + start)
    assert excerpt(f"##漢\n{line}\n##", (start, end), within, room) == expected


@given(st.text(), st.integers(0, 30), st.integers(0, 30), st.integers(20, 60))
def test_an_excerpt_fits(line: str, first: int, length: int, room: int) -> None:
    text, before, marked = excerpt(line, (0, len(line)), (first, first + length), room)
    assert marked >= 1
    assert len(text) <= 3 * room + len("......")  # zero-width characters take no column
    assert before + marked <= room + 10


class _Stream:
    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colour(environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wants_colour(_Stream(terminal=terminal), environment) is expected


def test_plain_text_is_left_alone() -> None:
    assert painter(colour=False)("error", "x") == "x"
    assert painter(colour=True)("error", "x") == "\x1b[1;31mx\x1b[0m"
