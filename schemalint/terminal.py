"""What a terminal needs to know: how wide text is on it, how much of a line fits, and whether it has colour.

The styling is a few escape sequences; a library for it would take longer to import than most runs last.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Literal, Protocol

from schemalint.printable import printable

Style = Literal["error", "warning", "info", "path", "message", "fix", "faint"]

_CODES: dict[Style, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "path": "1;4",
    "message": "1",
    "fix": "1;32",
    "faint": "2",
}
_TAB = 4
_CUT = "..."


class Stream(Protocol):
    """What is asked of a stream that a report is written to."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        ...


def wants_colour(stream: Stream, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write in colour, asked in the order in which Python itself does.

    NO_COLOR (https://no-color.org), then FORCE_COLOR (https://force-color.org), then whether `stream` is a
    terminal that can do more than TERM=dumb.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return environment.get("TERM") != "dumb" and stream.isatty()


def width() -> int:
    """The columns that COLUMNS says, or the terminal; 120 where neither does."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and len(said) < 10 and int(said) > 0:
        return int(said)
    try:  # what shutil does, which takes long to import
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else -1).columns or 120
    except (OSError, ValueError):
        return 120


def painter(*, colour: bool) -> Callable[[Style, str], str]:
    """A function that dresses text in a style, or leaves it as it is."""
    if not colour:
        return lambda _style, text: text
    return lambda style, text: f"\x1b[{_CODES[style]}m{text}\x1b[0m"


def excerpt(text: str, line: tuple[int, int], place: tuple[int, int], room: int) -> tuple[str, int, int]:
    """A line of `text` fit for a terminal, and where a place in it stands; both are given by their bounds.

    Gives the line, the number of columns before the place, and the number of columns of the place (at least
    one). Tabs become spaces, characters that a terminal would obey become escapes, wide characters count
    two columns; a line with more columns than `room` is cut on either side of the place.
    """
    first = min(max(place[0], line[0]), line[1])
    last = min(max(place[1], first), line[1])
    start, end = max(line[0], first - room), min(line[1], first + 2 * room)  # no more than that can be shown
    cells, columns = _cells(text, start, end)
    low, high = 0, len(cells)
    at = first - start
    if line != (start, end) or sum(columns) > room:
        low, high = _window(columns, at, last - start, room)
    head = _CUT if start + low > line[0] else ""
    tail = _CUT if start + high < line[1] else ""
    shown = head + "".join(cells[low:high]) + tail
    before = len(head) + sum(columns[low:at])
    marked = sum(columns[at : min(last - start, high)])
    return shown.rstrip(), before, max(1, marked)


def _cells(text: str, start: int, end: int) -> tuple[Sequence[str], list[int]]:
    """How each character of `text[start:end]` is shown, and how many columns that takes."""
    part = text[start:end]
    if part.isascii() and part.isprintable() and "##[" not in part:
        return part, [1] * len(part)
    cells: list[str] = []
    columns: list[int] = []
    column = 0
    for index in range(start, end):
        character = text[index]
        wide = 1
        if character == "\t":
            wide = _TAB - column % _TAB
            shown = " " * wide
        elif character == "[" and text.startswith("##", index - 2):
            shown = printable("##[")[2:]
            wide = len(shown)
        elif " " <= character <= "~":
            shown = character
        else:
            shown = printable(character)
            wide = _columns(shown)
        cells.append(shown)
        columns.append(wide)
        column += wide
    return cells, columns


def _window(columns: list[int], first: int, last: int, room: int) -> tuple[int, int]:
    """The part of a line that is shown: from a little before the place, as far as there is room."""
    room -= 2 * len(_CUT)
    ends = list(accumulate(columns, initial=0))
    context = room // 4 if sum(columns[first:last]) > room // 2 else room // 2
    low = bisect_left(ends, ends[first] - context, 0, first)
    high = bisect_right(ends, ends[low] + room) - 1
    return low, max(high, min(first + 1, len(columns)))


def _columns(text: str) -> int:
    """How many columns text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    columns = 0
    for character in text:
        if category(character) not in ("Mn", "Me", "Cf"):
            columns += 2 if east_asian_width(character) in "WF" else 1
    return columns
