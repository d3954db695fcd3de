"""Whole schemas in one file, `schema.sql`, `structure.sql` or a dump: declared catalogs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.dialect_names import dialect_named, is_dialect
from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, ends_like_schema, join
from schemalint.knowledge.dialects import Dialect

CREATES_TABLE = re.compile(
    r"(?i)\bcreate\s+(?:or\s+replace\s+)?(?:unlogged\s+|foreign\s+|virtual\s+|column\s+)?table\b"
)
"""A table that stays; good enough to tell a schema from data and queries."""

_DATABASES = r"(?:\w*sql|postgres|mariadb|sqlite\d?)"
_NAMES = re.compile(
    rf"(?i)(?:\d+[._-])?(?:{_DATABASES}[._-])?"
    r"(?:init|initdb|init[._-]?db|initial|create|create[._-]?tables?|tables?|database|db|setup|install|bootstrap"
    rf"|dump|create[._-]?(?:db|database|schema))(?:[._-]{_DATABASES})?\.sql"
)
_HEADERS = (
    "postgresql database dump",
    "mysql dump",
    "mariadb dump",
    "phpmyadmin sql dump",
    "sqldump",
    "adminer ",
)
_HEAD = 600
_MOST_PEEKS = 300


def find(tree: Tree) -> Iterator[Plan]:
    """Files called as schemas are, and dumps by their first lines."""
    for folder in list(tree.folders):
        for name in list(tree.folders[folder]):
            if ends_like_schema(name) or _NAMES.fullmatch(name):
                path = join(folder, name)
                if CREATES_TABLE.search(tree.text(path)):
                    yield _one_file(path)
    yield from _dumps(tree)


def _one_file(path: str) -> Plan:
    named = dialect_named(stem(base(path)))
    decision: Decision | None = None
    if named is not None:
        dialect: Dialect | None = named if is_dialect(named) else None  # type: ignore[assignment]
        decision = Decision(dialect, f"the file is called {base(path)}")
    return Plan(
        layout="schema",
        kind="sql-schema",
        source=path,
        scripts=(Script(name=stem(base(path)), up=(Part(path),)),),
        decision=decision,
    )


def _dumps(tree: Tree) -> Iterator[Plan]:
    left = _MOST_PEEKS
    for folder in list(tree.folders):
        for name in list(tree.folders.get(folder, ())):
            left -= 1
            if left < 0:
                return
            text = tree.text(join(folder, name))
            head = text[:_HEAD].lower()
            if any(header in head for header in _HEADERS) and CREATES_TABLE.search(text):
                yield _one_file(join(folder, name))
