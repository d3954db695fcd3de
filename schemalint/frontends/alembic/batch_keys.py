"""The primary key that a batch on SQLite gives a table which has none, along with a column."""

from __future__ import annotations

from schemalint.catalog import Index, Key, Name, Table
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.operations import AddIndex, Operation
from schemalint.source import Span


def key_of_column(name: Name, table: Table | None, column: Value, span: Span) -> list[Operation]:
    """The primary key of a column that is added with `primary_key=True`.

    A key that the table has is copied, and the new column is not in it. Outside a batch Alembic adds the
    column, and no key.
    """
    if not isinstance(column, ColumnItem) or not column.primary_key or column.name is None:
        return []
    if table is not None and table.primary_key is not None:
        return []
    key = Index(
        name=None,
        keys=(Key(column=str(column.name)),),
        unique=True,
        origin="primary key",
        implied_by="primary_key=True",
    )
    return [AddIndex(table=name, index=key, span=span)]
