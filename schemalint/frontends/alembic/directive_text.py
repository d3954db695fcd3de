"""Operations as Alembic's directives, as far as a directive says all of an operation."""

from __future__ import annotations

from msgspec import UNSET

from schemalint.catalog import Action, ForeignKey, Index, Name
from schemalint.frontends.python_source.literals import list_literal, literal
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.operations import (
    AddForeignKey,
    AddIndex,
    AlterColumn,
    ConstraintKind,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Operation,
    RenameColumn,
    RenameTable,
)

_KINDS: dict[ConstraintKind, str] = {
    "unique constraint": "unique",
    "foreign key": "foreignkey",
    "primary key": "primary",
    "check": "check",
}


def directive(operation: Operation, dialect: Dialect, quote: str = '"', op: str = "op") -> str | None:
    """The call that does just what an operation does; None where it takes SQL.

    `op` is what the file calls Alembic's operations. The name of a constraint is put into `op.f`, or else a
    naming convention of the project may make another one of it ("op.f" of Alembic's documentation).

    MySQL's directives want a column's whole definition, and SQLite alters no table.
    """
    written = _of_tables_and_indexes(operation, quote)
    if written is None and dialect != "sqlite":
        written = _of_columns_and_constraints(operation, dialect, quote, op)
    return written


def _of_tables_and_indexes(operation: Operation, quote: str) -> str | None:
    match operation:
        case DropTable(kind="table", cascade=False, if_exists=False):
            return _call("drop_table", operation.table, quote)
        case RenameTable(if_exists=False) if operation.new_name.schema in (None, operation.table.schema):
            return _call("rename_table", operation.table, quote, literal(operation.new_name.name, quote))
        case DropIndex(cascade=False, concurrently=False, if_exists=False) if operation.table is not None:
            name, table = literal(operation.index.name, quote), literal(operation.table.name, quote)
            return f"drop_index({name}, table_name={table}{_schema(operation.table, quote)})"
        case AddIndex(concurrently=False, if_not_exists=False, only=False) if _is_plain(operation.index):
            return _created(operation.table, operation.index, quote)
    return None


def _created(table: Name, index: Index, quote: str) -> str | None:
    if index.name is None or index.is_constraint:
        return None
    unique = ", unique=True" if index.unique else ""
    name = literal(index.name, quote)
    return f"create_index({name}, {_keys(table, index, quote)}{unique}{_schema(table, quote)})"


def _keys(table: Name, index: Index, quote: str) -> str:
    return f"{literal(table.name, quote)}, {list_literal(index.columns, quote)}"


def _final(name: str, quote: str, op: str) -> str:
    return f"{op}.f({literal(name, quote)})"


def _is_plain(index: Index) -> bool:
    """Whether names and `unique` say all of an index."""
    return (
        index.method == "btree"
        and index.predicate is None
        and not index.include
        and index.nulls_distinct
        and index.valid
        and index.visible
        and index.immediate
        and not index.replica_identity
        and all(
            key.column is not None
            and key.order == "asc"
            and key.nulls is None
            and key.collation is None
            and key.operator_class is None
            and key.length is None
            for key in index.keys
        )
    )


def _of_columns_and_constraints(operation: Operation, dialect: Dialect, quote: str, op: str) -> str | None:
    match operation:
        case DropColumn(cascade=False, if_exists=False):
            return _call("drop_column", operation.table, quote, literal(operation.column, quote))
        case RenameColumn() if dialect in POSTGRESQL_FAMILY:
            renamed = f"new_column_name={literal(operation.new_name, quote)}"
            return _call("alter_column", operation.table, quote, literal(operation.column, quote), renamed)
        case AlterColumn() if dialect in POSTGRESQL_FAMILY and _changes_nullability_alone(operation):
            nullable = f"nullable={operation.nullable}"
            return _call("alter_column", operation.table, quote, literal(operation.column, quote), nullable)
        case DropConstraint(cascade=False, if_exists=False):
            return _dropped(operation, dialect, quote, op)
        case AddIndex(using_index=None) if _is_plain(operation.index):
            return _constraint(operation.table, operation.index, quote, op)
        case AddForeignKey(if_not_exists=False):
            return _foreign_key(operation.table, operation.foreign_key, quote, op)
    return None


def _changes_nullability_alone(operation: AlterColumn) -> bool:
    others = (operation.type, operation.default, operation.generated, operation.identity, operation.collation)
    return isinstance(operation.nullable, bool) and all(other is UNSET for other in others)


def _dropped(operation: DropConstraint, dialect: Dialect, quote: str, op: str) -> str | None:
    if operation.name is None or (dialect in MYSQL_FAMILY and operation.kind not in ("foreign key", "check")):
        return None
    kind = _KINDS.get(operation.kind)
    words = f"{_final(operation.name, quote, op)}, {literal(operation.table.name, quote)}"
    type_ = f", type_={literal(kind, quote)}" if kind is not None else ""
    return f"drop_constraint({words}{type_}{_schema(operation.table, quote)})"


def _constraint(table: Name, index: Index, quote: str, op: str) -> str | None:
    if index.name is None or index.origin not in ("unique constraint", "primary key"):
        return None
    verb = "create_unique_constraint" if index.origin == "unique constraint" else "create_primary_key"
    name = _final(index.name, quote, op)
    return f"{verb}({name}, {_keys(table, index, quote)}{_schema(table, quote)})"


def _foreign_key(table: Name, key: ForeignKey, quote: str, op: str) -> str | None:
    if key.name is None or not key.target_columns or not (key.enforced and key.validated):
        return None
    if key.deferrable or key.sets or key.match_full:
        return None
    tables = f"{literal(table.name, quote)}, {literal(key.target.name, quote)}"
    columns = f"{list_literal(key.columns, quote)}, {list_literal(key.target_columns, quote)}"
    options = "".join(
        f", {option}={literal(value, quote)}"
        for option, value in (
            ("ondelete", _action(key.on_delete)),
            ("onupdate", _action(key.on_update)),
            ("source_schema", table.schema),
            ("referent_schema", key.target.schema),
        )
        if value is not None
    )
    return f"create_foreign_key({_final(key.name, quote, op)}, {tables}, {columns}{options})"


def _action(action: Action) -> str | None:
    return None if action == "no action" else action.upper()


def _call(verb: str, table: Name, quote: str, *words: str) -> str:
    given = ", ".join((literal(table.name, quote), *words))
    return f"{verb}({given}{_schema(table, quote)})"


def _schema(table: Name, quote: str) -> str:
    return f", schema={literal(table.schema, quote)}" if table.schema is not None else ""
