"""How each database compares names, cuts them, and which indexes it makes by itself."""

from typing import Literal, get_args

Dialect = Literal["postgresql", "cockroachdb", "mysql", "mariadb", "sqlite", "sqlserver", "mongodb"]

DIALECTS: tuple[str, ...] = get_args(Dialect)

_CASE_SENSITIVE = frozenset({"postgresql", "cockroachdb", "mongodb"})

MYSQL_FAMILY: frozenset[Dialect] = frozenset({"mysql", "mariadb"})
"""The servers whose InnoDB engine makes an index for each foreign key that has none."""

POSTGRESQL_FAMILY: frozenset[Dialect] = frozenset({"postgresql", "cockroachdb"})


_DEFAULT_SCHEMAS: dict[str, str] = {
    "postgresql": "public",
    "cockroachdb": "public",
    "sqlite": "main",
    "sqlserver": "dbo",
}


def default_schema(dialect: Dialect) -> str | None:
    """The schema that a catalog writes as None; None itself where a schema is a database (MySQL)."""
    return _DEFAULT_SCHEMAS.get(dialect)


def folded(name: str, dialect: Dialect) -> str:
    """`name` in the form in which the dialect compares names.

    PostgreSQL folds unquoted names when it reads them, so names in a catalog are compared as they are.
    SQLite, SQL Server (with its default collation) and MySQL (columns, indexes and constraints; table
    names depend on the file system and are rarely told apart by case) ignore case.
    """
    return name if dialect in _CASE_SENSITIVE else name.lower()
