"""SQL: migration histories of every layout, and schema files, for PostgreSQL, MySQL and SQLite."""

SUFFIXES = (".sql",)
