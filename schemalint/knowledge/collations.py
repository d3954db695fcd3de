"""Which database a collation is of, by its name, and what MySQL's character sets take."""

from __future__ import annotations

import re

_OF_MYSQL = re.compile(
    r"(?:armscii8|ascii|big5|cp\d{3,4}|dec8|eucjpms|euckr|gb\d{4,5}|gbk|geostd8|greek|hebrew|hp8|keybcs2|koi8[ru]"
    r"|latin[1257]|mac(?:ce|roman)|sjis|swe7|tis620|ucs2|ujis|utf16(?:le)?|utf32|utf8(?:mb[34])?)"
    r"(?:_\w+)?_(?:ai_ci|as_ci|as_cs|bin|ci|cs)"
)
_BYTES = {
    **dict.fromkeys(("big5", "cp932", "euckr", "gb2312", "gbk", "sjis", "ucs2"), 2),
    **dict.fromkeys(("eucjpms", "ujis", "utf8", "utf8mb3"), 3),
    **dict.fromkeys(("gb18030", "utf16", "utf16le", "utf32", "utf8mb4"), 4),
}
_CHARACTER_SET = re.compile(r"(?i)\b(?:character set|charset) (\w+)")
_COLLATE = re.compile(r"(?i)\bcollate (\w+)")


def is_of_mysql(collation: str) -> bool:
    """Whether only MySQL and MariaDB have it: their names begin with a character set ("SHOW COLLATION")."""
    return _OF_MYSQL.fullmatch(collation.strip('"').lower()) is not None


def is_of_mysql_8(collation: str) -> bool:
    """Whether it is one of those that MySQL has since 8.0, and MariaDB since 11.4.5."""
    return "_0900_" in collation.lower() and is_of_mysql(collation)


def bytes_of_character(character_set: str) -> int:
    """The bytes that a character of one of MySQL's character sets takes at most ("SHOW CHARACTER SET")."""
    return _BYTES.get(character_set.lower(), 1)


def character_set_of(text: str) -> str | None:
    """The character set that a table's options or a type say, themselves or by a collation; None for none."""
    said = _CHARACTER_SET.search(text)
    if said is not None:
        return said[1].lower()
    collation = _COLLATE.search(text)
    return collation[1].partition("_")[0].lower() if collation is not None else None


def without_character_set(type_: str) -> str:
    """A type without the character set that it says itself."""
    return " ".join(_CHARACTER_SET.sub("", type_).split())
