"""GitHub's line hash: the fast computation against a rolling one, unit by unit, as the action does it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemalint.reporters.sarif.line_hash import line_hashes

_WINDOW, _FACTOR, _MODULUS = 100, 37, 1 << 64


def rolling(data: bytes) -> dict[int, str]:
    """Each line's hash: a window of 100 units rolls over the file, and a line's is known when it is full."""
    units = [
        int.from_bytes(pair, "little")
        for character in data.decode("utf-8", "replace")
        for pair in zip(*[iter(character.encode("utf-16-le"))] * 2, strict=True)
    ]
    kept: list[tuple[int, bool]] = []
    starts_line, after_return = True, False
    for unit in [*units, 0xFFFF]:
        if unit in (0x20, 0x09) or (after_return and unit == 0x0A):
            after_return = False
            continue
        after_return = unit == 0x0D
        kept.append((0x0A if after_return else unit, starts_line))
        starts_line = kept[-1][0] == 0x0A
    kept += [(0, False)] * _WINDOW
    value = 0
    hashes: dict[int, str] = {}
    seen: dict[int, int] = {}
    for position, (unit, _) in enumerate(kept):
        value = (value * _FACTOR + unit) % _MODULUS
        first = position - _WINDOW
        if first >= 0:
            value = (value - kept[first][0] * pow(_FACTOR, _WINDOW, _MODULUS)) % _MODULUS
        if first + 1 >= 0 and kept[first + 1][1]:
            seen[value] = seen.get(value, 0) + 1
            hashes[len(hashes) + 1] = f"{value:x}:{seen[value]}"
    return hashes


@given(st.text("ab \t\r\n漢😀\ufeff\uffff", max_size=400))
def test_any_text(text: str) -> None:
    data = text.encode()
    expected = rolling(data)
    assert line_hashes(data, set(range(1, 500))) == expected
    assert line_hashes(data, {2}) == {line: value for line, value in expected.items() if line == 2}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["c129715d7a2bc9a3:1"]),
        (
            b" a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
    ],
)
def test_hashes_that_github_gives(data: bytes, expected: list[str]) -> None:
    assert list(line_hashes(data, {1, 2, 3, 4}).values()) == expected


def test_equal_lines_are_told_apart() -> None:
    hashes = line_hashes(b"x = 1\n" * 100, {1, 2, 3})
    assert [value.partition(":")[2] for value in hashes.values()] == ["1", "2", "3"]
    assert len({value.partition(":")[0] for value in hashes.values()}) == 1


def test_bytes_that_are_no_text() -> None:
    data = b"\xff\xfe\nx\xed\xa0\x80\n\xef\xbb\xbfy"
    assert line_hashes(data, {1, 2, 3}) == rolling(data)
