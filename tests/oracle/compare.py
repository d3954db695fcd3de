"""Compares two catalogs fact by fact: what a database says, and what was rebuilt offline.

A fact is one table, column (with its nullability), primary key, index or foreign key of the catalog JSON
that `schemalint schema --format json` prints. It is compared as the expected catalog's database sees it:

- everywhere: column types, defaults and the text of predicates are not compared (that there is a predicate
  is); expressions are, less casts, brackets, quotes and spaces;
- PostgreSQL: no schema means public, and names count as they are;
- SQLite: names are case-insensitive; primary keys, unique constraints and foreign keys have no name;
  whether a primary-key column is nullable does not count (most are, by an old bug);
- MySQL and MariaDB: names of columns, indexes and constraints are case-insensitive, primary keys have no
  name, and RESTRICT is NO ACTION.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JsonObject = Mapping[str, Any]
Fact = tuple[object, ...]

_TYPE = (
    r"(?:character varying|double precision|bit varying|time(?:stamp)?(?:\(\d\))? with(?:out)? time zone"
    r'|[\w."]+)(?:\s*\([\d, ]*\))?(?:\[\])*'
)


@dataclass(frozen=True)
class Comparison:
    """The facts that are in both catalogs, missing from the rebuilt one, and extra in it."""

    same: frozenset[Fact]
    missing: frozenset[Fact]
    extra: frozenset[Fact]

    @property
    def agreement(self) -> float:
        """1.0 where every fact is in both."""
        return len(self.same) / max(1, len(self.same) + len(self.missing) + len(self.extra))

    def __str__(self) -> str:
        lines = [
            " ".join([sign, *map(str, fact)])
            for sign, facts in (("-", self.missing), ("+", self.extra))
            for fact in sorted(facts, key=repr)
        ]
        lines.append(
            f"agreement {self.agreement:.4f} (same {len(self.same)}, missing {len(self.missing)},"
            f" extra {len(self.extra)})"
        )
        return "\n".join(lines)


def compare(expected: JsonObject, rebuilt: JsonObject, *, names: bool = True) -> Comparison:
    """The facts of two catalogs held against each other; without `names`, by shape alone."""
    folding = _Folding(expected.get("dialect", "postgresql"), names)
    known = _index_names(expected, folding)
    left, right = _facts(expected, folding, known), _facts(rebuilt, folding, known)
    return Comparison(frozenset(left & right), frozenset(left - right), frozenset(right - left))


def assert_same(expected: JsonObject, rebuilt: JsonObject, *, names: bool = True) -> None:
    """Fails with every differing fact; an expected catalog without any fact proves nothing and fails too."""
    comparison = compare(expected, rebuilt, names=names)
    assert comparison.same or not expected["tables"], "nothing to compare"
    assert not comparison.missing | comparison.extra, f"\n{comparison}"


def expression(text: str) -> str:
    """An expression as both sides may print it: no casts, quotes, brackets or spaces."""
    text = re.sub(rf"\bcast\s*\((.*?)\s+as\s+{_TYPE}\s*\)", r"\1", text.lower(), flags=re.DOTALL)
    text = re.sub(rf"::\s*{_TYPE}", "", text)
    return re.sub(r"[\s()\"'`]", "", text).replace("!=", "<>")


class _Folding:
    """How one dialect compares names."""

    def __init__(self, dialect: str, names: bool) -> None:
        self.names = names
        self.postgresql = dialect not in ("sqlite", "mysql", "mariadb")
        self.sqlite = dialect == "sqlite"
        self.mysql = dialect in ("mysql", "mariadb")

    def schema(self, name: str | None) -> str:
        return name or ("public" if self.postgresql else "")

    def table(self, name: str) -> str:
        return name.lower() if self.sqlite else name

    def column(self, name: str) -> str:
        return name if self.postgresql else name.lower()

    def columns(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(self.column, names))

    def index(self, name: str | None) -> str | None:
        return self.column(name) if self.names and name else None

    def constraint(self, name: str | None) -> str | None:
        return None if self.sqlite else self.index(name)

    def primary_key(self, name: str | None) -> str | None:
        return self.index(name) if self.postgresql else None

    def action(self, name: str | None) -> str:
        folded = (name or "no action").lower()
        return "no action" if self.mysql and folded == "restrict" else folded

    def key(self, key: JsonObject) -> str:
        order = (key.get("order") or "asc").lower()
        if key.get("column") is None:
            return f"<{expression(key['expression'])}> {order}"
        length = f"({key['length']})" if key.get("length") else ""
        return f"{self.column(key['column'])}{length} {order}"


def _index_names(catalog: JsonObject, folding: _Folding) -> set[Fact]:
    return {
        (folding.schema(table.get("schema")), folding.table(table["name"]), folding.index(index.get("name")))
        for table in catalog["tables"]
        for index in table["indexes"]
    }


def _facts(catalog: JsonObject, folding: _Folding, known: set[Fact]) -> set[Fact]:
    """The catalog as a set of tuples; `known` holds the index names that the expected database knows."""
    found: set[Fact] = set()
    for table in catalog["tables"]:
        where = (folding.schema(table.get("schema")), folding.table(table["name"]))
        primary_key = table.get("primary_key") or {"columns": []}
        in_key = folding.columns(primary_key["columns"])
        found.add(("table", *where))
        for column in table["columns"]:
            name = folding.column(column["name"])
            nullable = "null" if column["nullable"] else "not null"
            found.add(("column", *where, name, "" if folding.sqlite and name in in_key else nullable))
        if in_key:
            found.add(("primary key", *where, folding.primary_key(primary_key.get("name")), in_key))
        for index in table["indexes"]:
            index_name = folding.index(index.get("name"))
            if folding.sqlite and index["unique"] and (*where, index_name) not in known:
                index_name = None
            found.add(
                (
                    "unique index" if index["unique"] else "index",
                    *where,
                    index_name,
                    tuple(folding.key(key) for key in index["keys"]),
                    (index.get("method") or "btree").lower(),
                    "partial" if index.get("where") else "",
                    folding.columns(index.get("include") or ()),
                    "" if index.get("nulls_distinct", True) else "nulls not distinct",
                )
            )
        for key in table["foreign_keys"]:
            found.add(
                (
                    "foreign key",
                    *where,
                    folding.constraint(key.get("name")),
                    folding.columns(key["columns"]),
                    (folding.schema(key.get("ref_schema")), folding.table(key["ref_table"])),
                    folding.columns(key["ref_columns"]),
                    folding.action(key.get("on_delete")),
                    folding.action(key.get("on_update")),
                )
            )
    return found
