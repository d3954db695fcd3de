"""SQLite's `PRAGMA table_info(…)` and its kin: what a revision asks in SQL, answered from the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.catalog import Catalog, Index, Name, Table
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Native,
    PythonObject,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_PRAGMA = re.compile(
    r"\s*PRAGMA\s+(?:main\.)?(table_info|table_xinfo|index_list|index_info|index_xinfo|foreign_key_list)"
    r"\s*[(=]\s*[\"'`\[]?(?P<name>[^\"'`\])]+?)[\"'`\]]?\s*\)?\s*;?\s*",
    re.IGNORECASE,
)
_COLUMNS = {
    "table_info": ("cid", "name", "type", "notnull", "dflt_value", "pk"),
    "index_list": ("seq", "name", "unique", "origin", "partial"),
    "index_info": ("seqno", "cid", "name"),
    "foreign_key_list": ("id", "seq", "table", "from", "to", "on_update", "on_delete", "match"),
}
_ORIGINS = {"primary key": "pk", "unique constraint": "u"}

Rows = list[tuple[Value, ...]]


class RowObject(PythonObject):
    """A row: by place, by name, by attribute."""

    __slots__ = ("names", "values")

    def __init__(self, names: tuple[str, ...], values: tuple[Value, ...]) -> None:
        self.names = names
        self.values = values

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A column by its name, or the row as a dictionary."""
        if name in self.names:
            return self.values[self.names.index(name)]
        if name == "_mapping":
            return dict(zip(self.names, self.values, strict=True))
        return Unknown(f"{name} of a row")

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A column by its place or name."""
        if isinstance(key, int) and -len(self.values) <= key < len(self.values):
            return self.values[key]
        return self.attribute(interpreter, key) if isinstance(key, str) else Unknown("a column of a row")

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """Its values in order."""
        return list(self.values)

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """A row with columns is true."""
        return True


class ResultObject(PythonObject):
    """What a query gives whose rows are known."""

    __slots__ = ("names", "rows")

    def __init__(self, names: tuple[str, ...], rows: Rows) -> None:
        self.names = names
        self.rows = rows

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The ways to its rows."""
        answer = _ANSWERS.get(name)
        if answer is not None:
            return Native(f"Result.{name}", lambda machine, given: answer(self))
        return Unknown(f"{name} of a result") if name != "__len__" else MISSING

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """Its rows."""
        return self.all_rows()

    def scalar(self) -> Value:
        """The first column of its first row."""
        return self.rows[0][0] if self.rows else None

    def all_rows(self) -> list[Value]:
        """Its rows as objects."""
        return [RowObject(self.names, row) for row in self.rows]


def _first(result: ResultObject) -> Value:
    return RowObject(result.names, result.rows[0]) if result.rows else None


_ANSWERS: dict[str, Callable[[ResultObject], Value]] = {
    "fetchall": ResultObject.all_rows,
    "all": ResultObject.all_rows,
    "fetchone": _first,
    "first": _first,
    "one_or_none": _first,
    "one": _first,
    **dict.fromkeys(("scalar", "scalar_one", "scalar_one_or_none"), ResultObject.scalar),
    "mappings": lambda result: [dict(zip(result.names, row, strict=True)) for row in result.rows],
    "scalars": lambda result: [row[0] for row in result.rows],
    "keys": lambda result: list(result.names),
    "close": lambda result: None,
}


def answered(text: str, catalog: Catalog) -> ResultObject | None:
    """What a PRAGMA about a table or an index gives; None for other SQL, and where the table is not known."""
    match = _PRAGMA.fullmatch(text)
    if match is None or catalog.dialect != "sqlite":
        return None
    question, name = match[1].lower().replace("_xinfo", "_info"), Name(match["name"])
    table = catalog.owner(name) if question == "index_info" else catalog.find(name)
    if table is not None and not table.complete:
        return None
    if table is None and question == "index_info":
        return None
    rows = _rows(question, table, name.name) if table is not None else []
    return ResultObject(_COLUMNS[question], rows)


def _rows(question: str, table: Table, name: str) -> Rows:
    if question == "table_info":
        key = table.primary_key.columns if table.primary_key is not None else ()
        return [
            (
                place,
                column.name,
                column.type.upper(),
                int(not column.nullable),
                column.default,
                key.index(column.name) + 1 if column.name in key else 0,
            )
            for place, column in enumerate(table.columns)
        ]
    if question == "index_list":
        return [
            (
                place,
                index.name,
                int(index.unique),
                _ORIGINS.get(index.origin, "c"),
                int(index.predicate is not None),
            )
            for place, index in enumerate(reversed(_named_indexes(table)))
        ]
    if question == "index_info":
        columns = [column.name for column in table.columns]
        index = next(
            (one for one in _named_indexes(table) if one.name and one.name.lower() == name.lower()), None
        )
        return [
            (place, columns.index(key.column) if key.column in columns else -2, key.column)
            for place, key in enumerate(index.keys if index is not None else ())
        ]
    return [
        (
            place,
            sequence,
            key.target.name,
            column,
            target,
            key.on_update.upper(),
            key.on_delete.upper(),
            "NONE",
        )
        for place, key in enumerate(reversed(table.foreign_keys))
        for sequence, (column, target) in enumerate(zip(key.columns, key.target_columns, strict=False))
    ]


def _named_indexes(table: Table) -> list[Index]:
    """The indexes of a table; SQLite names those of constraints itself."""
    from msgspec.structs import replace

    found: list[Index] = []
    automatic = 0
    for index in table.indexes:
        if index.is_constraint:
            automatic += 1
            found.append(replace(index, name=f"sqlite_autoindex_{table.name.name}_{automatic}"))
        else:
            found.append(index)
    return found
