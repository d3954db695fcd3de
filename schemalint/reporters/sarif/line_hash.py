r"""GitHub's `primaryLocationLineHash`, computed as GitHub's own upload action does.

The action (github/codeql-action, src/fingerprints.ts) fills the hash in where a SARIF file lacks it and warns
where it differs; an upload without the action needs ours. A line's hash is that of the 100 UTF-16 units from
its start, blanks and tabs left out and every line ending one `\n`, with one unit 0xFFFF after the end of the
file and zeros after that; a number tells lines of the same hash apart.
"""

from __future__ import annotations

import re

_WINDOW = 100
_MODULUS = 1 << 64
_FACTOR = 37
_ABOVE_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(data: bytes, lines: set[int]) -> dict[int, str]:
    r"""The hashes of the wanted `lines` (from 1) of a file, byte order mark included as the action reads it.

    A line ends in `\r\n`, `\n` or `\r`; wanted lines that the file does not have are left out.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = _ABOVE_BASIC_PLANE.sub(_surrogates, text.replace(" ", "").replace("\t", "")) + "\uffff"
    seen: dict[str, int] = {}
    hashes: dict[int, str] = {}
    last = max(lines, default=0)
    start, line = 0, 1
    while line <= last and start < len(text):
        window = text[start : start + _WINDOW]
        seen[window] = seen.get(window, 0) + 1
        if line in lines:
            hashes[line] = f"{_hash(window):x}:{seen[window]}"
        following = text.find("\n", start) + 1
        if following == 0:
            break
        start, line = following, line + 1
    return hashes


def _hash(window: str) -> int:
    value = 0
    for character in window:
        value = value * _FACTOR + ord(character)
    return value * pow(_FACTOR, _WINDOW - len(window), _MODULUS) % _MODULUS


def _surrogates(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return chr(0xD800 | code >> 10) + chr(0xDC00 | code & 0x3FF)
