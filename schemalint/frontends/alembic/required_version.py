"""Whether the version of Alembic that a project asks for compares types without being told to."""

from __future__ import annotations

import re
from posixpath import dirname

from schemalint.frontends.alembic import REQUIREMENTS
from schemalint.source import Sources, UnreadableFile

_EXACT = (
    re.compile(r"(?mi)^[ \t\"'\[]*alembic(?:\[[^\]]*\])?\s*==\s*(\d{1,4})\.(\d{1,4})"),
    re.compile(r"(?m)^name = \"alembic\"\s*\nversion = \"(\d{1,4})\.(\d{1,4})"),
    re.compile(r"(?m)^alembic\s*=\s*(?:\{[^}\n]*version\s*=\s*)?\"(?:==|~)?(\d{1,4})\.(\d{1,4})"),
    re.compile(r"\"alembic\":\s*\{[^}]{0,4000}\"version\":\s*\"==(\d{1,4})\.(\d{1,4})"),
)
_BELOW = re.compile(r"(?mi)^[ \t\"'\[]*alembic(?:\[[^\]]*\])?[^#\n\"']*<\s*(\d{1,4})\.(\d{1,4})")
_FIRST = (1, 12)


def compares_types(sources: Sources, environment: str) -> bool:
    """Whether autogenerate compares types unless `env.py` says something else.

    False where a file in the folder of the environment's `env.py`, or in one around it, asks for an older
    version (https://alembic.sqlalchemy.org/en/latest/changelog.html#change-1.12.0).
    """
    folder = f"{dirname(environment)}/"
    for name in REQUIREMENTS:
        for path in sources.ending(name):
            around = dirname(path)
            if path.rpartition("/")[2] == name and (not around or folder.startswith(f"{around}/")):
                try:
                    text = sources.read(path).text
                except UnreadableFile:
                    continue
                if "alembic" in text and _is_older(text):
                    return False
    return True


def _is_older(text: str) -> bool:
    found = [match for pattern in _EXACT for match in pattern.finditer(text)]
    if any((int(match[1]), int(match[2])) < _FIRST for match in found):
        return True
    below = _BELOW.search(text)
    return below is not None and (int(below[1]), int(below[2])) <= _FIRST
