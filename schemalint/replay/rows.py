"""Whether a database would run a statement about rows, as far as its catalog decides that."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Catalog, Name, Table
from schemalint.knowledge.dialects import Dialect, folded
from schemalint.operations import Operation
from schemalint.operations.rows import NamedColumn, Rows
from schemalint.replay.refusal import Refused

_OF_EVERY_TABLE = frozenset({"ctid", "oid", "xmin", "xmax", "cmin", "cmax", "tableoid", "rowid", "_rowid_"})


def missing_columns(catalog: Catalog, rows: Rows) -> Iterator[NamedColumn]:
    """The columns that a statement names and that none of their tables has.

    Only tables count of which every column is known; a view may have any column.
    """
    for named in rows.columns:
        tables = [wholly_known(catalog, name) for name in named.tables]
        if is_of_every_table(named.column, catalog.dialect):
            continue
        if all(table is not None and table.column(named.column, catalog.dialect) is None for table in tables):
            yield named


def wholly_known(catalog: Catalog, name: Name) -> Table | None:
    """The table of that name, if every column of it is known."""
    table = catalog.find(name)
    if (
        table is None
        or not table.has_all_columns
        or table.assumed
        or table.kind != "table"
        or not table.columns
    ):
        return None
    return table


def is_of_every_table(column: str, dialect: Dialect) -> bool:
    """Whether it is a column that every table has and no catalog shows.

    PostgreSQL, "System Columns"; SQLite, "ROWIDs and the INTEGER PRIMARY KEY".
    """
    return folded(column, dialect) in _OF_EVERY_TABLE


def check_rows(catalog: Catalog, operation: Operation, made: frozenset[Name]) -> None:
    """Refused if rows are put into a table, changed there or read, that the history makes, but not by then.

    Refused too if that needs a column that is not there.
    """
    if not isinstance(operation, Rows) or operation.guard is not None or not operation.certain:
        return
    for table in (operation.table, *operation.reads):
        if table in made and catalog.find(table) is None:
            raise Refused(f"there is no table {table}")
    for named in missing_columns(catalog, operation):
        raise Refused(f"there is no column {named.column} of {' or '.join(map(str, named.tables))}")
