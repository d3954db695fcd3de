"""Down sides made up at random: inverses as people write them, with what people forget in them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from tests.oracle.rolling_back import Sides

_NAME = r'("[^"]+"|`[^`]+`|\w+)'
_INVERSES = (
    (rf"CREATE TABLE {_NAME} .*", r"DROP TABLE \1"),
    (rf"CREATE (?:UNIQUE )?INDEX {_NAME} ON {_NAME} .*", r"DROP INDEX \1"),
    (rf"ALTER TABLE {_NAME} ADD CONSTRAINT {_NAME} .*", r"ALTER TABLE \1 DROP CONSTRAINT \2"),
    (rf"ALTER TABLE {_NAME} ADD (?:COLUMN )?{_NAME} int.*", r"ALTER TABLE \1 DROP COLUMN \2"),
    (rf"ALTER TABLE {_NAME} DROP COLUMN {_NAME}.*", r"ALTER TABLE \1 ADD COLUMN \2 int"),
    (rf"ALTER TABLE {_NAME} RENAME TO {_NAME}", r"ALTER TABLE \2 RENAME TO \1"),
    (
        rf"ALTER TABLE {_NAME} RENAME CONSTRAINT {_NAME} TO {_NAME}",
        r"ALTER TABLE \1 RENAME CONSTRAINT \3 TO \2",
    ),
    (
        rf"ALTER TABLE {_NAME} RENAME (?:COLUMN )?{_NAME} TO {_NAME}",
        r"ALTER TABLE \1 RENAME COLUMN \3 TO \2",
    ),
    (rf"ALTER INDEX {_NAME} RENAME TO {_NAME}", r"ALTER INDEX \2 RENAME TO \1"),
    (rf"(ALTER TABLE {_NAME} ALTER COLUMN {_NAME}) SET NOT NULL", r"\1 DROP NOT NULL"),
    (rf"(ALTER TABLE {_NAME} ALTER COLUMN {_NAME}) DROP NOT NULL", r"\1 SET NOT NULL"),
    (rf"(ALTER TABLE {_NAME} ALTER COLUMN {_NAME}) TYPE bigint.*", r"\1 TYPE int"),
    (rf"(ALTER TABLE {_NAME} ALTER COLUMN {_NAME}) SET DEFAULT .*", r"\1 DROP DEFAULT"),
    (rf"(ALTER TABLE {_NAME} MODIFY {_NAME}) .*", r"\1 int"),
)
_MADE = re.compile(rf"CREATE (?:TABLE|(?:UNIQUE )?INDEX) {_NAME} ")
_DROPPED = re.compile(rf"DROP (?:TABLE|INDEX) {_NAME}")


def in_migrations(statements: Sequence[str], dialect: str, seed: int) -> list[Sides]:
    """The statements in migrations of a few each, with down sides of which some are wrong."""
    chance = random.Random(seed)
    made: dict[str, str] = {}
    found: list[Sides] = []
    at = 0
    while at < len(statements):
        up = statements[at : at + chance.randint(1, 4)]
        at += len(up)
        down: list[str] = []
        for statement in up:
            if (match := _MADE.match(statement)) is not None:
                made[match[1]] = statement
            inverse = _inverse(statement, dialect, made)
            if inverse is not None and chance.random() < 0.85:
                cascades = dialect == "postgresql" and inverse.startswith("DROP TABLE")
                down.insert(0, f"{inverse} CASCADE" if cascades and chance.random() < 0.5 else inverse)
        found.append(Sides(f"{len(found) + 1:03}_m", _script(up), _script(down) if down else None))
    return found


def _script(statements: Sequence[str]) -> str:
    return "".join(f"{statement};\n" for statement in statements)


def _inverse(statement: str, dialect: str, made: dict[str, str]) -> str | None:
    """What takes a statement back; what was dropped is made as it was first made."""
    if (match := _DROPPED.match(statement)) is not None:
        return made.get(match[1])
    for pattern, replacement in _INVERSES:
        if (match := re.fullmatch(pattern, statement, re.DOTALL)) is None:
            continue
        inverse = match.expand(replacement)
        if inverse.startswith("DROP INDEX") and dialect == "mysql":
            inverse += f" ON {match[2]}"
        return inverse
    return None
