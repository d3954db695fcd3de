"""ALTER TABLE's actions on one column that is there: ALTER COLUMN, MODIFY and CHANGE."""

from __future__ import annotations

from schemalint.catalog import Name
from schemalint.frontends.sql.columns import ColumnParts, read_column_constraints, read_type
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.operations import AddCheck, AddForeignKey, AddIndex, AlterColumn, Operation, RenameColumn
from schemalint.source import Span


class AlteredTable:
    """The table that an ALTER TABLE is about."""

    __slots__ = ("if_exists", "name")

    def __init__(self, name: Name, if_exists: bool) -> None:
        self.name = name
        self.if_exists = if_exists


def alter_column(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    """ALTER [COLUMN] column …, from behind ALTER. NotUnderstood for an action that is not known."""
    item.accept("COLUMN")
    column = item.identifier()
    if item.dialect == "sqlite" and item.accept("TO"):  # libSQL
        return _replace_column(item, target, span, column, renamed=True)

    def change(**what: object) -> list[Operation]:
        return [
            AlterColumn(
                table=target.name,
                column=column,
                if_table_exists=target.if_exists,
                span=span,
                **what,  # type: ignore[arg-type]
            )
        ]

    for words, nullable in ((("SET", "NOT", "NULL"), False), (("DROP", "NOT", "NULL"), True)):
        if item.accept(*words):
            if not item.at_end():
                raise NotUnderstood(f"{item.word} behind {' '.join(words)}")
            return change(nullable=nullable)
    if item.accept("SET", "DEFAULT"):
        return change(default=item.source(item.at, item.end))
    if item.accept("DROP", "DEFAULT"):
        return change(default=None)
    if item.accept("DROP", "IDENTITY"):
        return change(identity=False)
    if item.accept("DROP", "EXPRESSION"):
        return change(generated=None)
    if item.accept("SET", "EXPRESSION", "AS"):
        first, last = item.skip_parentheses()
        return change(generated=item.source(first, last))
    if item.accept("ADD", "GENERATED"):
        return change(identity=True)
    if item.accept("SET", "DATA", "TYPE") or item.accept("TYPE"):
        parts = ColumnParts(column)
        parts.type = read_type(item)
        converts = "USING" in item.words[item.at : item.end]
        read_column_constraints(item, parts)
        collation = {"collation": parts.collation} if parts.collation else {}
        return change(type=parts.type, converts=converts, **collation)
    if item.word in ("SET", "RESET", "RESTART"):  # statistics, storage, options of an identity
        return []
    raise NotUnderstood(f"ALTER COLUMN … {item.word}")


def modify_column(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    """MySQL's MODIFY [COLUMN] column definition, from behind that word."""
    item.accept("COLUMN")
    item.if_exists()
    return _replace_column(item, target, span, item.identifier())


def change_column(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    """MySQL's CHANGE [COLUMN] column new_name definition, from behind that word."""
    item.accept("COLUMN")
    item.if_exists()
    return _replace_column(item, target, span, item.identifier(), renamed=True)


def _replace_column(
    item: Cursor, target: AlteredTable, span: Span, old: str, *, renamed: bool = False
) -> list[Operation]:
    """MySQL's MODIFY and CHANGE state the whole column anew; keys written there are added."""
    found: list[Operation] = []
    name = item.identifier() if renamed else old
    parts = ColumnParts(name)
    parts.type = read_type(item)
    read_column_constraints(item, parts)
    if name != old:
        found.append(RenameColumn(table=target.name, column=old, new_name=name, span=span))
    found.append(
        AlterColumn(
            table=target.name,
            column=name,
            type=parts.type,
            nullable=parts.takes_null(item.dialect),
            default=parts.default,
            generated=parts.generated,
            stored=parts.stored,
            identity=parts.autoincrement,
            collation=parts.collation,
            replaces=True,
            span=span,
        )
    )
    found += [AddIndex(table=target.name, index=index, span=span) for index in parts.indexes]
    found += [AddForeignKey(table=target.name, foreign_key=key, span=span) for key in parts.foreign_keys]
    found += [AddCheck(table=target.name, check=check, span=span) for check in parts.checks]
    return found
