"""A linter for database schemas and migrations that needs no database."""

__version__ = "0.1.0"
