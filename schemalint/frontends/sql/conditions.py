"""What a condition of a script asks the catalog, beside what is done where it holds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from schemalint.frontends.sql.cursor import Cursor
from schemalint.knowledge.names import postgresql_cut
from schemalint.operations import Operation


def is_about(condition: Cursor, operations: list[Operation]) -> bool:
    """Whether a condition names something that the operations name, or nothing at all."""
    asked = {
        postgresql_cut(text.strip("'").rpartition(".")[2].strip('"').lower())
        for text in condition.texts[condition.at : condition.end]
        if text[0] == "'"
    }
    return not asked or not operations or not asked.isdisjoint(_words(operations))


def _words(value: object) -> Iterator[str]:
    """Every text in operations, and so every name."""
    if isinstance(value, str):
        yield value.lower()
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _words(getattr(value, field))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)
