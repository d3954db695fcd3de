"""`op.sync_enum_values` of alembic-postgresql-enum: a type with other labels takes the place of an enum type.

Source: `alembic_postgresql_enum/operations/sync_enum_values.py` of version 1.11, which renames the old type,
makes the new one, gives it to the columns that are named, and drops the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.values import Arguments, Value
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY
from schemalint.operations import AlterColumn, AlterType, CreateType, DropType, Opaque
from schemalint.source import Span

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def table_reference(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`TableReference(table_name=…, column_name=…)` as what it holds: table, column, schema, default."""
    return (
        arguments.get(0, "table_name"),
        arguments.get(1, "column_name"),
        arguments.get(2, "table_schema"),
        arguments.get(4, "existing_server_default"),
    )


def sync_enum_values(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.sync_enum_values(schema, name, labels, columns)`."""
    account = account_of(interpreter)
    if account.dialect not in POSTGRESQL_FAMILY:
        return None
    span = arguments.site.span
    schema, type_name = arguments.get(0, "enum_schema"), arguments.get(1, "enum_name")
    labels = interpreter.items(arguments.get(2, "new_values"))
    columns = interpreter.items(arguments.get(3, "affected_columns"))
    written = [label for label in labels if isinstance(label, str)] if isinstance(labels, list) else []
    if not isinstance(type_name, str) or written != labels or not isinstance(columns, list):
        account.emit(Opaque(reason="op.sync_enum_values", span=span))
        return None
    renamed = _renamed(interpreter, arguments)
    name = Name(type_name, schema if isinstance(schema, str) and schema != "public" else None)
    catalog = account.run.catalog
    if any(key in catalog.types for key in catalog.keys(name)):
        old = Name(f"{type_name}_old", name.schema)
        account.emit(AlterType(name=name, new_name=old.name, span=span))
        account.emit(CreateType(name=name, labels=tuple(written), span=span))
        for change in _changed(columns, name, span):
            told = _with_labels_renamed(change, renamed)
            if told is None:
                tables = (change.table,)
                account.emit(Opaque(reason="which labels are renamed", tables=tables, span=span))
            account.emit(told or change)
        account.emit(DropType(name=old, span=span))
    return None


def _renamed(interpreter: Interpreter, arguments: Arguments) -> list[tuple[str, str]] | None:
    """The labels that get other names, each with that; None where they are not known."""
    given = arguments.get(4, "enum_values_to_rename")
    pairs = interpreter.items(given) if given is not None else []
    found: list[tuple[str, str]] = []
    for pair in pairs if isinstance(pairs, list) else [None]:
        both = interpreter.items(pair)
        match both if isinstance(both, list) else None:
            case [str() as old, str() as new]:
                found.append((old, new))
            case _:
                return None
    return found


def _with_labels_renamed(change: AlterColumn, renamed: list[tuple[str, str]] | None) -> AlterColumn | None:
    """The change with the new label in the default of the column; None where that is not known."""
    if not isinstance(change.default, str):
        return change
    if renamed is None:
        return None
    default = change.default
    for old, new in renamed:
        default = default.replace(f"'{old}'", f"'{new}'")
    return replace(change, default=default)


def _changed(columns: list[Value], type_name: Name, span: Span | None) -> Iterator[AlterColumn]:
    """Each column with the new type; a default is kept where it is said, and in the way where it isn't."""
    for reference in columns:
        if not isinstance(reference, tuple) or not all(isinstance(part, str) for part in reference[:2]):
            continue
        schema, default = reference[2:] if len(reference) > 2 else (type_name.schema, None)
        schema = schema if isinstance(schema, str) and schema != "public" else None
        yield AlterColumn(
            table=Name(str(reference[0]), schema),
            column=str(reference[1]),
            type=str(type_name),
            default=default if isinstance(default, str) else UNSET,
            converts=True,
            span=span,
        )
