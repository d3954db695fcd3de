"""Text of unknown origin made fit to be shown: nothing in it moves a cursor, turns a line around or hides.

Names, paths and sources come from a pull request, and a terminal, a log viewer and a browser obey some
characters instead of showing them (CVE-2021-42574 is the case of the bidirectional overrides).
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

_OBEYED = (
    "\x00-\x1f\x7f-\x9f"  # control characters: C0 with ESC, DEL, C1 with the one-byte CSI
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\u2028\u2029\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # separators, invisible annotations and tags
    "\ud800-\udfff"  # bytes of a file name that are no UTF-8, and halves of an escape in a source
)
# A runner of GitHub Actions obeys "::name" where a line begins with it, less spaces, and "##[name]" anywhere.
_COMMANDS = r"(?<=##)\[|\A\s*+:(?=:)"
_UNFIT = re.compile(f"{_COMMANDS}|[{_OBEYED}]")
_UNFIT_IN_JSON = re.compile(f"[{_OBEYED[_OBEYED.index(chr(0x7F)) :]}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def printable(text: str) -> str:
    r"""`text` on one line, with every character that would be obeyed instead of shown written as an escape.

    Escapes are Python's: `\n`, `\x1b`, `\u202e`. A byte of a file name that is not UTF-8 becomes `\xff`.
    """
    return _UNFIT.sub(_escape, text)


def well_formed(text: str) -> str:
    r"""`text` with lone surrogates as escapes, so that UTF-8 can hold it."""
    return text if text.isascii() else _SURROGATE.sub(_escape, text)


def json_document(document: Any, indent: int) -> bytes:
    """JSON of dictionaries, lists and what is in them; lone surrogates in it become escapes."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_all_well_formed(document))
    return msgspec.json.format(encoded, indent=indent)


def escaped_json(document: bytes) -> str:
    r"""JSON that means the same, with what a terminal or a browser would obey written as `\uXXXX`."""
    return _UNFIT_IN_JSON.sub(_escape_json, document.decode())


def _all_well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {_all_well_formed(key): _all_well_formed(item) for key, item in value.items()}
    return [_all_well_formed(item) for item in value] if isinstance(value, list | tuple) else value


def _escape(match: re.Match[str]) -> str:
    before, character = match[0][:-1], match[0][-1]
    return printable(before) + _escape_character(character)


def _escape_character(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return rf"\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return _SHORT.get(character) or rf"\x{code:02x}"
    return rf"\u{code:04x}" if code <= 0xFFFF else rf"\U{code:08x}"


def _escape_json(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFFFF:
        return rf"\u{code:04x}"
    code -= 0x10000
    return rf"\u{0xD800 | code >> 10:04x}\u{0xDC00 | code & 0x3FF:04x}"
