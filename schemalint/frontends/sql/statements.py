"""Operations as SQL statements, whole, in the words of each database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from schemalint import operations as op
from schemalint.catalog import Column, Name
from schemalint.frontends.sql.statement_parts import Parts, Unwritable
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.knowledge.expressions import tidy
from schemalint.knowledge.types import is_serial
from schemalint.operations import inheritance as ties

_SEQUENCE = re.compile(r"nextval\s*\(\s*'([^']+)'")


class Writer(Parts):
    """Writes statements for one database."""

    def statements(self, operation: op.Operation) -> list[str]:
        """The statements of an operation, mostly one, without semicolons; Unwritable where there are none."""
        writer = _WRITERS.get(type(operation))
        if writer is None:
            raise Unwritable(f"{type(operation).__name__} is written by no statement here")
        written = writer(self, operation)
        return [written] if isinstance(written, str) else written


def _alter(writer: Writer, table: Name, action: str) -> str:
    return f"ALTER TABLE {writer.name(table)} {action}"


def _drop_table(writer: Writer, operation: op.DropTable) -> str:
    return f"DROP {_KINDS.get(operation.kind, 'TABLE')} {writer.name(operation.table)}"


_KINDS = {"view": "VIEW", "materialized view": "MATERIALIZED VIEW", "foreign table": "FOREIGN TABLE"}


def _create_table(writer: Writer, operation: op.CreateTable) -> str:
    if operation.partition_of is not None:
        return writer.partition(operation.table, operation.partition_of)
    return writer.create_table(operation.table, inherits=operation.inherits)


def _attach(writer: Writer, operation: ties.AttachPartition) -> str:
    action = f"ATTACH PARTITION {writer.name(operation.partition)} {tidy(operation.bounds or '')}"
    return _alter(writer, operation.table, action)


def _detach(writer: Writer, operation: ties.DetachPartition) -> str:
    return _alter(writer, operation.table, f"DETACH PARTITION {writer.name(operation.partition)}")


def _inherit(writer: Writer, operation: ties.Inherit) -> str:
    return _alter(writer, operation.table, f"INHERIT {writer.name(operation.parent)}")


def _disinherit(writer: Writer, operation: ties.Disinherit) -> str:
    return _alter(writer, operation.table, f"NO INHERIT {writer.name(operation.parent)}")


def _rename_table(writer: Writer, operation: op.RenameTable) -> str:
    return _alter(writer, operation.table, f"RENAME TO {writer.name(operation.new_name)}")


def _move_table(writer: Writer, operation: op.MoveTable) -> str:
    return _alter(writer, operation.table, f"SET SCHEMA {writer.word(operation.schema or 'public')}")


def _convert_table(writer: Writer, operation: op.ConvertTable) -> str:
    if not (operation.character_set or "").startswith("CHARACTER SET "):
        raise Unwritable(f"the character set of {operation.table} is not known")
    return _alter(writer, operation.table, f"CONVERT TO {operation.character_set}")


def _add_column(writer: Writer, operation: op.AddColumn) -> str:
    if operation.column.identity and not operation.indexes and writer.dialect in MYSQL_FAMILY:
        raise Unwritable(f"MySQL adds the column {operation.column.name} only together with its key")
    added = [writer.column(operation.column), *map(writer.constraint, operation.indexes)]
    return _alter(writer, operation.table, "ADD COLUMN " + ", ADD ".join(added))


def _drop_column(writer: Writer, operation: op.DropColumn) -> str:
    return _alter(writer, operation.table, f"DROP COLUMN {writer.word(operation.column)}")


def _rename_column(writer: Writer, operation: op.RenameColumn) -> str:
    names = f"{writer.word(operation.column)} TO {writer.word(operation.new_name)}"
    return _alter(writer, operation.table, f"RENAME COLUMN {names}")


def _alter_column(writer: Writer, operation: op.AlterColumn) -> str | list[str]:
    if operation.replaces and isinstance(operation.type, str):
        column_now = Column(
            name=operation.column,
            type=operation.type,
            nullable=operation.nullable is not False,
            default=operation.default if isinstance(operation.default, str) else None,
            generated=operation.generated if isinstance(operation.generated, str) else None,
            stored=operation.stored if isinstance(operation.stored, bool) else None,
            identity=operation.identity is True,
            collation=operation.collation if isinstance(operation.collation, str) else None,
        )
        return _alter(writer, operation.table, f"MODIFY COLUMN {writer.column(column_now)}")
    if writer.dialect not in POSTGRESQL_FAMILY:
        raise Unwritable("SQLite changes no column")
    column = f"ALTER COLUMN {writer.word(operation.column)}"
    actions = []
    if isinstance(operation.type, str):
        if operation.default is not UNSET:
            actions.append(f"{column} DROP DEFAULT")
        type_ = writer.type(operation.type)
        if is_serial(operation.type):
            raise Unwritable(f"{operation.type} is no type that a column can be changed to")
        actions.append(f"{column} TYPE {type_} USING {writer.word(operation.column)}::text::{type_}")
    if isinstance(operation.nullable, bool):
        actions.append(f"{column} {'DROP' if operation.nullable else 'SET'} NOT NULL")
    if operation.default is None and not isinstance(operation.type, str):
        actions.append(f"{column} DROP DEFAULT")
    elif isinstance(operation.default, str):
        actions.append(f"{column} SET DEFAULT {tidy(operation.default)}")
    written = [_alter(writer, operation.table, action) for action in actions]
    if isinstance(operation.default, str) and (found := _SEQUENCE.match(operation.default)):
        owner = f"{writer.name(operation.table)}.{writer.word(operation.column)}"
        written.insert(0, f"CREATE SEQUENCE IF NOT EXISTS {found[1]} OWNED BY {owner}")
    return written


def _add_index(writer: Writer, operation: op.AddIndex) -> str:
    index = operation.index
    if index.is_constraint and writer.dialect != "sqlite":
        if writer.dialect in MYSQL_FAMILY and index.origin != "primary key":
            name = f"{writer.word(index.name)} " if index.name is not None else ""
            return _alter(writer, operation.table, f"ADD UNIQUE KEY {name}{writer.keys(index)}")
        return _alter(writer, operation.table, f"ADD {writer.constraint(index)}")
    if index.is_constraint:
        raise Unwritable("SQLite adds no constraint to a table")
    kind = index.method.upper() if index.method in ("fulltext", "spatial") else ""
    unique = "UNIQUE " if index.unique else f"{kind} " if kind else ""
    named = f"{writer.word(index.name)} " if index.name is not None else ""
    using = (
        f" USING {index.method}" if writer.dialect in POSTGRESQL_FAMILY and index.method != "btree" else ""
    )
    include = f" INCLUDE {writer.words(index.include)}" if index.include else ""
    nulls = "" if index.nulls_distinct else " NULLS NOT DISTINCT"
    where = f" WHERE {tidy(index.predicate)}" if index.predicate else ""
    table = writer.name(operation.table)
    return f"CREATE {unique}INDEX {named}ON {table}{using} {writer.keys(index)}{include}{nulls}{where}"


def _drop_index(writer: Writer, operation: op.DropIndex) -> str:
    if writer.dialect in MYSQL_FAMILY and operation.table is not None:
        return f"DROP INDEX {writer.word(operation.index.name)} ON {writer.name(operation.table)}"
    return f"DROP INDEX {'IF EXISTS ' if operation.if_exists else ''}{writer.name(operation.index)}"


def _rename_index(writer: Writer, operation: op.RenameIndex) -> str:
    new = writer.word(operation.new_name)
    if writer.dialect in MYSQL_FAMILY and operation.table is not None:
        return _alter(writer, operation.table, f"RENAME INDEX {writer.word(operation.index.name)} TO {new}")
    if writer.dialect == "sqlite":
        raise Unwritable("SQLite renames no index")
    return f"ALTER INDEX {writer.name(operation.index)} RENAME TO {new}"


def _add_foreign_key(writer: Writer, operation: op.AddForeignKey) -> str:
    if writer.dialect == "sqlite":
        raise Unwritable("SQLite adds no constraint to a table")
    return _alter(writer, operation.table, f"ADD {writer.foreign_key(operation.foreign_key)}")


def _add_check(writer: Writer, operation: op.AddCheck) -> str:
    if writer.dialect == "sqlite":
        raise Unwritable("SQLite adds no constraint to a table")
    return _alter(writer, operation.table, f"ADD {writer.check(operation.check)}")


def _drop_constraint(writer: Writer, operation: op.DropConstraint) -> str:
    if writer.dialect == "sqlite":
        raise Unwritable("SQLite drops no constraint of a table")
    if writer.dialect in MYSQL_FAMILY:
        if operation.kind == "primary key":
            return _alter(writer, operation.table, "DROP PRIMARY KEY")
        kind = {"foreign key": "FOREIGN KEY", "check": "CONSTRAINT"}.get(operation.kind, "INDEX")
    else:
        kind = "CONSTRAINT"
    if operation.name is None:
        raise Unwritable(f"a constraint of {operation.table} has no name")
    return _alter(writer, operation.table, f"DROP {kind} {writer.word(operation.name)}")


def _rename_constraint(writer: Writer, operation: op.RenameConstraint) -> str:
    names = f"{writer.word(operation.name)} TO {writer.word(operation.new_name)}"
    return _alter(writer, operation.table, f"RENAME CONSTRAINT {names}")


def _create_type(writer: Writer, operation: op.CreateType) -> str:
    if operation.labels is None:
        raise Unwritable(f"the definition of the type {operation.name} is not known")
    labels = ", ".join(map(_label, operation.labels))
    return f"CREATE TYPE {writer.name(operation.name)} AS ENUM ({labels})"


def _label(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"


def _alter_type(writer: Writer, operation: op.AlterType) -> str:
    name = writer.name(operation.name)
    if operation.rename_label is not None:
        old, new = operation.rename_label
        return f"ALTER TYPE {name} RENAME VALUE {_label(old)} TO {_label(new)}"
    if operation.add_label is not None:
        place = ""
        if (neighbour := operation.before or operation.after) is not None:
            place = f" {'BEFORE' if operation.before else 'AFTER'} {_label(neighbour)}"
        return f"ALTER TYPE {name} ADD VALUE {_label(operation.add_label)}{place}"
    if operation.new_name is not None:
        return f"ALTER TYPE {name} RENAME TO {writer.word(operation.new_name)}"
    raise Unwritable(f"the change of the type {operation.name}")


def _drop_type(writer: Writer, operation: op.DropType) -> str:
    return f"DROP TYPE {writer.name(operation.name)}"


def _create_schema(writer: Writer, operation: op.CreateSchema) -> str:
    return f"CREATE SCHEMA {writer.word(operation.name)}"


def _drop_schema(writer: Writer, operation: op.DropSchema) -> str:
    return f"DROP SCHEMA {writer.word(operation.name)}"


def _rename_schema(writer: Writer, operation: op.RenameSchema) -> str:
    return f"ALTER SCHEMA {writer.word(operation.name)} RENAME TO {writer.word(operation.new_name)}"


_WRITERS: dict[type[op.Operation], Callable[[Writer, Any], str | list[str]]] = {
    op.CreateTable: _create_table,
    ties.AttachPartition: _attach,
    ties.DetachPartition: _detach,
    ties.Inherit: _inherit,
    ties.Disinherit: _disinherit,
    op.DropTable: _drop_table,
    op.RenameTable: _rename_table,
    op.MoveTable: _move_table,
    op.ConvertTable: _convert_table,
    op.AddColumn: _add_column,
    op.DropColumn: _drop_column,
    op.RenameColumn: _rename_column,
    op.AlterColumn: _alter_column,
    op.AddIndex: _add_index,
    op.DropIndex: _drop_index,
    op.RenameIndex: _rename_index,
    op.AddForeignKey: _add_foreign_key,
    op.AddCheck: _add_check,
    op.DropConstraint: _drop_constraint,
    op.RenameConstraint: _rename_constraint,
    op.CreateType: _create_type,
    op.AlterType: _alter_type,
    op.DropType: _drop_type,
    op.CreateSchema: _create_schema,
    op.DropSchema: _drop_schema,
    op.RenameSchema: _rename_schema,
}
