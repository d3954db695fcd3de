"""What is compared of a schema file and the migrations beside it: every fact of the databases that they make.

No tool compares the two. The file is mostly what a tool wrote down of a database (dbmate, `pg_dump`, Rails,
`.schema` of SQLite, `mysqldump`), in the words of that database.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Catalog, Check, Table
from schemalint.drift.tool import Tool, the_check, the_column, the_index, the_key, whatever_differs
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.knowledge.expressions import significant


def _sides(declared: Catalog, migrated: Catalog) -> tuple[Catalog, Catalog]:
    return _with_json(declared), _with_json(migrated)


def _with_json(catalog: Catalog) -> Catalog:
    """MariaDB shows a column of type JSON as LONGTEXT with a check, by its documentation of the type."""
    if catalog.dialect not in MYSQL_FAMILY:
        return catalog
    return replace(catalog, tables={key: _json_of(table) for key, table in catalog.tables.items()})


def _json_of(table: Table) -> Table:
    valid = {_checked_as_json(check) for check in table.checks} - {None}
    columns = tuple(
        replace(column, type="json") if column.name.lower() in valid else column for column in table.columns
    )
    checks = tuple(check for check in table.checks if _checked_as_json(check) is None)
    return replace(table, columns=columns, checks=checks)


def _checked_as_json(check: Check) -> str | None:
    """The column of which a check says that it holds JSON, and no more."""
    words = significant(check.expression)
    return words[1] if words[:1] == ("json_valid",) and len(words) == 2 else None


SCHEMA_FILE = Tool(
    column=the_column,
    index=the_index,
    foreign_key=the_key,
    check=the_check,
    sides=_sides,
    minds=whatever_differs,
    nearly_all=True,
)
