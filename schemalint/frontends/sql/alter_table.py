"""ALTER TABLE: each action on its own, so that one that is not known hides no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from schemalint.catalog import Index, Name
from schemalint.frontends.sql.alter_column import (
    AlteredTable,
    alter_column,
    change_column,
    modify_column,
)
from schemalint.frontends.sql.columns import (
    ColumnParts,
    is_at_deferral,
    read_character_set,
    read_column_constraints,
    read_deferral,
    read_type,
)
from schemalint.frontends.sql.constraints import Elements, is_constraint, read_constraint
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood, Ungrammatical
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    AlterConstraint,
    AlterIndex,
    ConstraintKind,
    ConvertTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    MoveTable,
    Opaque,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameIndex,
    RenameTable,
)
from schemalint.operations.inheritance import AttachPartition, DetachPartition, Disinherit, Inherit
from schemalint.source import Span

_NO_CATALOG = frozenset(
    "OWNER ENABLE DISABLE FORCE CLUSTER RESET NOT OF SET LOCK ALGORITHM ENGINE AUTO_INCREMENT"
    " CHARACTER CHARSET COLLATE COMMENT ROW_FORMAT ORDER ANALYZE CHECK OPTIMIZE REBUILD REPAIR"
    " COALESCE REORGANIZE PARTITION REMOVE KEY_BLOCK_SIZE STATS_PERSISTENT AVG_ROW_LENGTH MAX_ROWS"
    " MIN_ROWS PACK_KEYS CHECKSUM DELAY_KEY_WRITE WITH WITHOUT DEFAULT IMPORT DISCARD TABLESPACE OPTIONS"
    " SPLIT UNSPLIT SCATTER CONFIGURE EXPERIMENTAL_RELOCATE DEPENDS VERSION INSERT_METHOD UNION"
    " TRUNCATE EXCHANGE COMPRESSION ENCRYPTION STATS_AUTO_RECALC STATS_SAMPLE_PAGES LOGGED UNLOGGED NOWAIT"
    " WAIT".split()
)


def read_alter_table(cursor: Cursor) -> list[Operation]:
    """ALTER TABLE, from behind that word."""
    if_exists = cursor.if_exists()
    if cursor.word == "ALL":  # ALTER TABLE ALL IN TABLESPACE
        return []
    only = cursor.word == "ONLY" and cursor.ahead(1) not in ("ADD", "DROP", "ALTER", "RENAME", "SET", ".")
    if only:
        cursor.at += 1
    target = AlteredTable(cursor.name(), if_exists)
    cursor.accept("*")
    found: list[Operation] = []
    items = cursor.items(cursor.at, cursor.end)
    if cursor.words[cursor.end - 1] == "," or (cursor.dialect == "sqlite" and len(items) > 1):
        reason = "a comma in ALTER TABLE that the database does not take"
        return [Opaque(reason=reason, tables=(target.name,), span=cursor.span(cursor.first, cursor.end))]
    for item in items:
        item_first = cursor.first if item.first == cursor.at else item.first
        span = cursor.span(item_first, item.end)
        try:
            found += _read_action(item, target, span)
        except NotUnderstood as problem:
            ungrammatical = isinstance(problem, Ungrammatical)
            tables = (target.name,)
            found.append(Opaque(reason=str(problem), tables=tables, ungrammatical=ungrammatical, span=span))
    if only:
        found = [replace(one, only=True) if isinstance(one, _MINDING_ONLY) else one for one in found]
    if len(found) < 2:
        return found
    passes = (DropConstraint, DropIndex, DropColumn) if cursor.dialect in MYSQL_FAMILY else (_DROPS,)
    found.sort(key=lambda operation: _pass(operation, passes))
    return [*(replace(operation, goes_on=True) for operation in found[:-1]), found[-1]]


_DROPS = (DropConstraint, DropColumn)
_MINDING_ONLY = (AlterColumn, DropColumn, DropConstraint)


def _pass(operation: Operation, passes: tuple[Any, ...]) -> int:
    """When an action happens among those of its statement: what is dropped goes first.

    PostgreSQL: `AT_PASS_DROP` of `tablecmds.c`. MySQL takes a statement as a whole, and what rests on a thing
    that goes may go with it, wherever that is written; the new name of the table comes last.
    """
    for number, types in enumerate(passes):
        if isinstance(operation, types):
            return number
    return len(passes) + isinstance(operation, RenameTable)


def _read_action(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    word = item.advance().upper()
    reader = _ACTIONS.get(word)
    if reader is not None:
        return reader(item, target, span)
    if word in _NO_CATALOG or item.word == "=":
        return []
    raise item.deviation(f"there is no ALTER TABLE … {word[:40]}")


def _add(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    if is_constraint(item):
        return _add_constraint(item, target, span)
    if item.word == "PARTITION" and (item.dialect in MYSQL_FAMILY):
        return []
    if item.word == "VALUE":
        raise NotUnderstood("ADD VALUE")
    item.accept("COLUMN")
    if item.word == "(" and item.dialect in MYSQL_FAMILY:
        first, last = item.skip_parentheses()
        found: list[Operation] = []
        for part in item.items(first, last):
            found += _add_column(part, target, part.span(part.first, part.end), if_not_exists=False)
        return found
    return _add_column(item, target, span, if_not_exists=item.if_not_exists())


def _add_column(item: Cursor, target: AlteredTable, span: Span, *, if_not_exists: bool) -> list[Operation]:
    if is_constraint(item):  # MySQL's ADD (…, INDEX (…))
        return _add_constraint(item, target, span)
    first = item.at
    parts = ColumnParts(item.identifier())
    parts.type = read_type(item)
    if not parts.type and item.dialect != "sqlite" and item.word != "AS":
        raise item.deviation("a column without a type")
    problem: list[Operation] = []
    try:
        read_column_constraints(item, parts)
    except NotUnderstood as reason:
        problem = [Opaque(reason=str(reason), tables=(target.name,), span=span)]
    return [
        AddColumn(
            table=target.name,
            column=parts.column(item, first),
            indexes=tuple(parts.indexes),
            foreign_keys=tuple(parts.foreign_keys),
            checks=tuple(parts.checks),
            if_not_exists=if_not_exists,
            if_table_exists=target.if_exists,
            first=parts.first,
            after=parts.after,
            span=span,
        ),
        *problem,
    ]


def _add_constraint(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    using = _read_using_index(item, target, span)
    if using:
        return using
    elements = Elements()
    if item.word == "CONSTRAINT" and item.ahead(2) == "NOT" and item.ahead(3) == "NULL":
        item.at += 4
        return [AlterColumn(table=target.name, column=item.identifier(), nullable=False, span=span)]
    read_constraint(item, elements)
    found: list[Operation] = [
        AddIndex(
            table=target.name,
            index=index,
            if_not_exists=elements.if_not_exists,
            if_table_exists=target.if_exists,
            span=span,
        )
        for index in elements.indexes
    ]
    found += [
        AddForeignKey(
            table=target.name,
            foreign_key=foreign_key,
            if_not_exists=elements.if_not_exists,
            if_table_exists=target.if_exists,
            span=span,
        )
        for foreign_key in elements.foreign_keys
    ]
    found += [
        AddCheck(table=target.name, check=check, if_table_exists=target.if_exists, span=span)
        for check in elements.checks
    ]
    return found


def _read_using_index(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    """ADD [CONSTRAINT name] {UNIQUE | PRIMARY KEY} USING INDEX index."""
    first = item.at
    name = item.identifier() if item.accept("CONSTRAINT") and item.is_identifier() else None
    primary = item.accept("PRIMARY", "KEY")
    if (primary or item.accept("UNIQUE")) and item.accept("USING", "INDEX"):
        using = item.identifier()
        index = Index(
            name=name,
            keys=(),
            unique=True,
            origin="primary key" if primary else "unique constraint",
            span=span,
        )
        return [AddIndex(table=target.name, index=index, using_index=using, span=span)]
    item.at = first
    return []


def _drop(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    mysql = item.dialect in MYSQL_FAMILY
    kind: ConstraintKind | None = None
    if item.accept("CONSTRAINT"):
        kind = "any"
    elif mysql and item.accept("PRIMARY", "KEY"):
        return [DropConstraint(table=target.name, name=None, kind="primary key", span=span)]
    elif mysql and item.accept("FOREIGN", "KEY"):
        kind = "foreign key"
    elif mysql and item.word == "CHECK" and item.at + 1 < item.end:
        item.at += 1
        kind = "check"
    elif mysql and (item.accept("INDEX") or item.accept("KEY")):
        if_exists = item.if_exists()
        return [DropIndex(index=Name(item.identifier()), table=target.name, if_exists=if_exists, span=span)]
    elif mysql and item.word == "PARTITION":
        return []
    if kind is None:
        item.accept("COLUMN")
        if_exists = item.if_exists()
        column = item.identifier()
        return [
            DropColumn(
                table=target.name,
                column=column,
                if_exists=if_exists,
                if_table_exists=target.if_exists,
                cascade=_cascade(item),
                span=span,
            )
        ]
    if_exists = item.if_exists()
    name = item.identifier()
    return [
        DropConstraint(
            table=target.name,
            name=name,
            kind=kind,
            if_exists=if_exists,
            if_table_exists=target.if_exists,
            cascade=_cascade(item),
            span=span,
        )
    ]


def _cascade(item: Cursor) -> bool:
    """Whether CASCADE ends the action; NotUnderstood where more follows, such as another statement."""
    cascade = item.accept("CASCADE")
    item.accept("RESTRICT")
    if not item.at_end():
        raise item.deviation(f"{item.written} stands behind what is dropped")
    return cascade


def _rename(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    mysql = item.dialect in MYSQL_FAMILY
    if item.word in ("TO", "AS") and item.end - item.at >= 2:
        item.at += 1
        return [RenameTable(table=target.name, new_name=item.name(), if_exists=target.if_exists, span=span)]
    if item.accept("CONSTRAINT"):
        name = item.identifier()
        item.expect("TO")
        return [
            RenameConstraint(
                table=target.name,
                name=name,
                new_name=item.identifier(),
                if_table_exists=target.if_exists,
                span=span,
            )
        ]
    if mysql and (item.accept("INDEX") or item.accept("KEY")):
        index = Name(item.identifier())
        item.expect("TO")
        return [RenameIndex(index=index, new_name=item.identifier(), table=target.name, span=span)]
    if mysql and item.end - item.at == 1:  # RENAME new_name
        return [RenameTable(table=target.name, new_name=item.name(), span=span)]
    item.accept("COLUMN")
    column = item.identifier()
    item.expect("TO")
    return [
        RenameColumn(
            table=target.name,
            column=column,
            new_name=item.identifier(),
            if_table_exists=target.if_exists,
            span=span,
        )
    ]


def _alter(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    mysql = item.dialect in MYSQL_FAMILY
    if item.accept("CONSTRAINT"):
        name = item.identifier()
        if not is_at_deferral(item):
            return []
        deferrable, deferred = read_deferral(item)
        return [
            AlterConstraint(table=target.name, name=name, deferrable=deferrable, deferred=deferred, span=span)
        ]
    if mysql and item.accept("INDEX"):
        index = Name(item.identifier())
        visible = not (item.accept("INVISIBLE") or item.accept("IGNORED"))
        return [AlterIndex(index=index, table=target.name, visible=visible, span=span)]
    if mysql and item.accept("CHECK"):
        return []
    return alter_column(item, target, span)


def _set(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    if item.accept("SCHEMA"):
        return [MoveTable(table=target.name, schema=item.identifier(), if_exists=target.if_exists, span=span)]
    return []


def _attach(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    item.expect("PARTITION")
    name, bounds = item.name(), item.source(item.at, item.end)
    return [AttachPartition(table=target.name, partition=name, bounds=bounds, span=span)]


def _detach(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    item.expect("PARTITION")
    name, concurrently = item.name(), item.accept("CONCURRENTLY")
    return [DetachPartition(table=target.name, partition=name, concurrently=concurrently, span=span)]


def _inherit(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    return [Inherit(table=target.name, parent=item.name(), span=span)]


def _no(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    if item.accept("INHERIT"):
        return [Disinherit(table=target.name, parent=item.name(), span=span)]
    return []


def _validate(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    item.expect("CONSTRAINT")
    return [AlterConstraint(table=target.name, name=item.identifier(), validated=True, span=span)]


def _replica(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    item.expect("IDENTITY")
    if item.accept("USING", "INDEX"):
        return [
            AlterIndex(index=Name(item.identifier()), table=target.name, replica_identity=True, span=span)
        ]
    return []


def _convert(item: Cursor, target: AlteredTable, span: Span) -> list[Operation]:
    if not item.accept("TO"):
        return []
    options = read_character_set(item)
    character_set = None if options == "CHARACTER SET DEFAULT" else options
    return [ConvertTable(table=target.name, character_set=character_set, span=span)]


_ACTIONS: dict[str, Callable[[Cursor, AlteredTable, Span], list[Operation]]] = {
    "ADD": _add,
    "DROP": _drop,
    "RENAME": _rename,
    "ALTER": _alter,
    "SET": _set,
    "ATTACH": _attach,
    "DETACH": _detach,
    "INHERIT": _inherit,
    "NO": _no,
    "VALIDATE": _validate,
    "REPLICA": _replica,
    "MODIFY": modify_column,
    "CHANGE": change_column,
    "CONVERT": _convert,
}
