"""The layouts of migrations: one module each, with `find(tree)`, which yields the plans of its histories.

A layout is asked only while SQL files are left that no layout before it has taken; those that go by a
tool's own marks come before those that go by names. A new one is a module and a line in `ORDER`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree

ORDER = (
    "prisma",
    "drizzle",
    "set_aside",
    "supabase",
    "sqitch",
    "hasura",
    "diesel",
    "flyway",
    "liquibase",
    "dbmate",
    "goose",
    "sql_migrate",
    "node_pg_migrate",
    "tern",
    "yoyo",
    "wrangler",
    "graphile_migrate",
    "comment_marks",
    "popx",
    "sqlx",
    "postgrator",
    "golang_migrate",
    "atlas",
    "schema_folders",
    "plain",
    "schema_files",
    "left_over",
)


def plans(tree: Tree) -> Iterator[Plan]:
    """Everything that the project's SQL files are, layout by layout."""
    for name in ORDER:
        if not tree.folders:
            return
        for plan in import_module(f"{__name__}.{name}").find(tree):
            tree.take(plan)
            if plan.scripts or plan.unreadable:
                yield plan
