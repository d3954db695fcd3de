"""Supabase: `supabase/migrations/<stamp>_<name>.sql` by name, and what `supabase/schemas` declares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.beside import is_down_name, scripts_beside
from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent

_MIGRATION = re.compile(r"\d+_.*\.sql")  # any other name is skipped by the tool, with a warning
_DECISION = Decision("postgresql", "Supabase is PostgreSQL")


def find(tree: Tree) -> Iterator[Plan]:
    """Every `supabase/migrations`, and the `supabase/schemas` that declares the same database."""
    for folder in list(tree.folders):
        if base(parent(folder)) != "supabase":
            continue
        if base(folder) == "migrations":
            yield _history(tree, folder)
            tree.leave_out_rest(folder, (), "Supabase runs only files called <number>_<name>.sql")
        elif base(folder) == "schemas":
            names = list(tree.folders[folder])
            yield Plan(
                layout="supabase",
                kind="sql-schema",
                source=folder,
                scripts=tuple(Script(name=stem(name), up=(Part(join(folder, name)),)) for name in names),
                decision=_DECISION,
            )


def _history(tree: Tree, folder: str) -> Plan:
    names = [n for n in tree.folders[folder] if _MIGRATION.fullmatch(n) and not is_down_name(n)]
    return Plan(
        layout="supabase",
        source=folder,
        scripts=tuple(scripts_beside(tree, folder, names)),
        has_down_parts=False,
        forward_only=True,
        decision=_DECISION,
    )
