"""Where the keys and values of a TOML document stand; the standard library reads values and keeps no places.

Imported only when there is an error to show.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""Keys from the top, and the number of an item within an array."""

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_KEY = re.compile(r"""[ \t]*+(?:"((?:[^"\\\n]|\\.)*+)"|'([^'\n]*+)'|([\w-]++))[ \t]*+""")
_STRING = re.compile(
    r""""{3}(?s:[^"\\]|\\.|"(?!""))*+"{3,5}|'{3}(?s:[^']|'(?!''))*+'{3,5}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+\'""",
)
_OTHER_VALUE = re.compile(r"[^,\]}\n#]*+")


class Places:
    """The offsets of `keys` (of a table, its header's) and `values` of a document that is right."""

    def __init__(self, text: str) -> None:
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._items: dict[Path, int] = {}  # the number of the last table of each array of tables
        self._document()

    def of(self, path: Path, *, key: bool) -> int:
        """The offset of the value at `path`, or of its key; of the nearest thing that holds it if need be."""
        while path:
            for places in (self.keys, self.values) if key else (self.values, self.keys):
                if path in places:
                    return places[path]
            path = path[:-1]
        return 0

    def _document(self) -> None:
        table: Path = ()
        while self._skip_blank() < len(self._text):
            if self._take("["):
                is_item = self._take("[")
                start = self._at
                path = self._within((), self._dotted_key())
                if is_item:
                    number = self._items.get(path, -1) + 1
                    self._items[path] = number
                    path = (*path, number)
                self._take("]")
                self._take("]")
                self.keys[path] = start
                for length in range(1, len(path)):
                    self.keys.setdefault(path[:length], start)
                table = path
            elif not self._pair(table):
                return

    def _pair(self, table: Path) -> bool:
        """`key = value`; False where there is none, which can't be."""
        start = self._at
        keys = self._dotted_key()
        if not keys or not self._take("="):
            return False
        path = table
        for key in keys:
            path = (*path, key)
            self.keys.setdefault(path, start)
        self._value(path)
        return True

    def _within(self, path: Path, keys: list[str]) -> Path:
        """A header's path; in an array of tables, it goes on in the last one."""
        for key in keys:
            if path in self._items:
                path = (*path, self._items[path])
            path = (*path, key)
        return path

    def _dotted_key(self) -> list[str]:
        keys = []
        while match := _KEY.match(self._text, self._at):
            basic, literal, bare = match.groups()
            keys.append(_unescaped(basic) if basic is not None else literal if literal is not None else bare)
            self._at = match.end()
            if not self._take("."):
                break
        return keys

    def _value(self, path: Path) -> None:
        self._skip_blank()
        self.values[path] = self._at
        if self._take("["):
            number = 0
            while self._skip_blank() < len(self._text) and not self._take("]"):
                self._value((*path, number))
                number += 1
                self._skip_blank()
                self._take(",")
        elif self._take("{"):
            while self._skip_blank() < len(self._text) and not self._take("}"):
                if not self._pair(path):
                    self._at = len(self._text)
                self._skip_blank()
                self._take(",")
        else:
            match = _STRING.match(self._text, self._at) or _OTHER_VALUE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()

    def _skip_blank(self) -> int:
        match = _BLANK.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._at

    def _take(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False


def _unescaped(basic: str) -> str:
    if "\\" not in basic:
        return basic
    import tomllib

    value: str = tomllib.loads(f'key = "{basic}"')["key"]
    return value
