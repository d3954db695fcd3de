"""`copy_from` of a batch: the table as given takes the place of the one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.values import Site
from schemalint.frontends.sqlalchemy_constructs import creating
from schemalint.operations import CreateTable, DropTable, Operation, RenameTable

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

_LONGEST = 50


def temporary_name(table: str) -> str:
    """The name that a table has while a batch makes it anew (`ApplyBatchImpl._calc_temp_name`)."""
    return f"_alembic_tmp_{table}"[:_LONGEST]


def replaced(
    interpreter: Interpreter, name: Name, copied: TableObject, site: Site, *, dialect: str, exists: bool
) -> Iterator[Operation]:
    """What makes a table anew as `copied` says, but for the indexes that its columns ask for.

    All databases but SQLite call what nobody named after the name that the table has at first.
    """
    if exists:
        yield DropTable(table=name, span=site.span)
    temporary = replace(name, name=temporary_name(name.name))
    for operation in creating.create_table(interpreter, _without_own_indexes(copied), site=site):
        if isinstance(operation, CreateTable) and dialect != "sqlite":
            yield replace(operation, table=replace(operation.table, name=temporary))
            yield RenameTable(table=temporary, new_name=name, span=site.span)
        else:
            yield operation


def _without_own_indexes(table: TableObject) -> TableObject:
    """`index=True` makes no index of a table that a batch makes (`_gather_indexes_from_both_tables`)."""
    made = copy(table)
    made.indexes = [index for index in table.indexes if index.from_column is None]
    return made
