"""The tool of each kind of declaration."""

from __future__ import annotations

from schemalint.drift.alembic import ALEMBIC
from schemalint.drift.django import DJANGO
from schemalint.drift.prisma import PRISMA
from schemalint.drift.schema_file import SCHEMA_FILE
from schemalint.drift.tool import Tool, index_by_name, key_by_name
from schemalint.reading import Kind

TOOLS: dict[Kind, Tool] = {
    "prisma-schema": PRISMA,
    "django-models": DJANGO,
    "sql-schema": SCHEMA_FILE,
    "drizzle-schema": Tool(
        command="`drizzle-kit generate` makes the migration", index=index_by_name, foreign_key=key_by_name
    ),
    "sqlalchemy-models": ALEMBIC,
}
