"""The tool of each kind of declaration; only those that a project needs are loaded."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from schemalint.drift.tool import Tool, index_by_name, key_by_name
from schemalint.reading import Kind

_TOOLS: dict[Kind, tuple[str, str]] = {
    "prisma-schema": ("prisma", "PRISMA"),
    "django-models": ("django", "DJANGO"),
    "sql-schema": ("schema_file", "SCHEMA_FILE"),
    "sqlalchemy-models": ("alembic", "ALEMBIC"),
}
_DRIZZLE = Tool(
    command="`drizzle-kit generate` makes the migration", index=index_by_name, foreign_key=key_by_name
)


@cache
def tool_of(kind: Kind) -> Tool | None:
    """What compares declarations of a kind with what migrations make; None where nothing does."""
    if kind == "drizzle-schema":
        return _DRIZZLE
    if kind not in _TOOLS:
        return None
    module, name = _TOOLS[kind]
    tool: Tool = getattr(import_module(f"schemalint.drift.{module}"), name)
    return tool
