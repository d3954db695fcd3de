"""Which database a collation is of, by its name."""

from __future__ import annotations

import re

_OF_MYSQL = re.compile(
    r"(?:armscii8|ascii|big5|cp\d{3,4}|dec8|eucjpms|euckr|gb\d{4,5}|gbk|geostd8|greek|hebrew|hp8|keybcs2|koi8[ru]"
    r"|latin[1257]|mac(?:ce|roman)|sjis|swe7|tis620|ucs2|ujis|utf16(?:le)?|utf32|utf8(?:mb[34])?)"
    r"(?:_\w+)?_(?:ai_ci|as_ci|as_cs|bin|ci|cs)"
)


def is_of_mysql(collation: str) -> bool:
    """Whether only MySQL and MariaDB have it: their names begin with a character set ("SHOW COLLATION")."""
    return _OF_MYSQL.fullmatch(collation.strip('"').lower()) is not None


def is_of_mysql_8(collation: str) -> bool:
    """Whether it is one of those that MySQL has since 8.0, and MariaDB since 11.4.5."""
    return "_0900_" in collation.lower() and is_of_mysql(collation)
