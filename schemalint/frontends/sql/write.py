"""Repairs in SQL: what a new migration would say, since a past one is not to be edited."""

from __future__ import annotations

from schemalint.catalog import Index, Name
from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.quoting import quoted
from schemalint.operations import AddIndex, DropConstraint, DropIndex, Operation
from schemalint.source import Sources


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """The statements that a new migration needs; None where a repair is none that SQL is known for here."""
    written = [statement(operation, repair.dialect) for operation in repair.operations]
    if not written or None in written:
        return None
    return Fix(title=f"in a new migration, `{'; '.join(filter(None, written))}`", safe=repair.safe)


def statement(operation: Operation, dialect: Dialect) -> str | None:
    """The statement that does an operation; None where there is none that is said in short."""
    if isinstance(operation, AddIndex):
        keys = ", ".join(_key(operation.index, dialect))
        table = _name(operation.table, dialect)
        if dialect == "postgresql":
            return f"CREATE INDEX CONCURRENTLY ON {table} ({keys})"
        name = quoted("_".join([operation.table.name, *operation.index.columns, "idx"]), dialect)
        return f"CREATE INDEX {name} ON {table} ({keys})"
    if isinstance(operation, DropIndex):
        if dialect in MYSQL_FAMILY and operation.table is not None:
            return f"DROP INDEX {quoted(operation.index.name, dialect)} ON {_name(operation.table, dialect)}"
        concurrently = "CONCURRENTLY " if dialect == "postgresql" else ""
        return f"DROP INDEX {concurrently}{_name(operation.index, dialect)}"
    if isinstance(operation, DropConstraint) and operation.name is not None:
        kind = "INDEX" if dialect in MYSQL_FAMILY else "CONSTRAINT"
        return f"ALTER TABLE {_name(operation.table, dialect)} DROP {kind} {quoted(operation.name, dialect)}"
    return None


def _key(index: Index, dialect: Dialect) -> list[str]:
    return [
        quoted(key.column, dialect) if key.column is not None else f"({key.expression})" for key in index.keys
    ]


def _name(name: Name, dialect: Dialect) -> str:
    written = quoted(name.name, dialect)
    return written if name.schema is None else f"{quoted(name.schema, dialect)}.{written}"
