"""Columns to what a catalog knows of them, for one dialect: types, defaults, and which one is numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import Column
from schemalint.frontends.python_interpreter.values import Unknown
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ForeignKeyConstraintItem
from schemalint.frontends.sqlalchemy_constructs.defaults import Fetched, default_text
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.sql_text import expression_text
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.type_names import STRING_NAMES, type_text
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.frontends.sqlalchemy_constructs.types import ENUM_NAMES, INTEGER_NAMES, TypeObject
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import NOT_KNOWN

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def rendered_column(interpreter: Interpreter, column: ColumnItem, table: TableObject | None = None) -> Column:
    """One column."""
    dialect = effects_of(interpreter).dialect
    type_ = column.resulting_type()
    kind = resolve(interpreter, type_, dialect) if type_ is not None else None
    name = type_text(kind, dialect)
    increments = increments_by_itself(interpreter, column, table)
    if dialect == "sqlite" and name not in ("integer", ""):
        increments = False  # only an INTEGER PRIMARY KEY, in these words, is SQLite's row number
    if increments and dialect in POSTGRESQL_FAMILY and not column.identity and column.computed is None:
        name = {"bigint": "bigserial", "smallint": "smallserial"}.get(name, "serial")
    return Column(
        name=column.name or "",
        type=name,
        nullable=column.is_nullable,
        default=default_text(column.server_default, dialect),
        fetched=isinstance(column.server_default, Fetched),
        generated=expression_text(column.computed, dialect) if column.computed is not None else None,
        stored=_is_stored(column, dialect) if column.computed is not None else None,
        identity=_has_identity(column, dialect) or (increments and _numbers(table, dialect)),
        untold_identity=column.identity and not _has_identity(column, dialect),
        collation=collation(kind, dialect),
        assumed=column.guessed or (kind is not None and kind.is_guess),
        labels=(kind.labels() or ()) if kind is not None and kind.name in ENUM_NAMES else (),
        span=column.site.span,
    )


def collation(kind: TypeObject | None, dialect: Dialect) -> str | None:
    """The collation that a type of strings asks for, where it is a matter of the column's (MySQL)."""
    if kind is None or dialect not in MYSQL_FAMILY or kind.name.lower() not in STRING_NAMES:
        return None
    asked = kind.keywords.get("collation")
    return NOT_KNOWN if isinstance(asked, Unknown) else asked if isinstance(asked, str) else None


def _is_stored(column: ColumnItem, dialect: Dialect) -> bool | None:
    """Whether the values of a computed column are kept: where nothing is said, only PostgreSQL's are."""
    if column.stored is None:
        return dialect in POSTGRESQL_FAMILY
    return column.stored if isinstance(column.stored, bool) else None


def _has_identity(column: ColumnItem, dialect: Dialect) -> bool:
    """Whether the database is told of `Identity`: SQLite and MySQL have no such thing."""
    return column.identity and dialect != "sqlite" and dialect not in MYSQL_FAMILY


def _numbers(table: TableObject | None, dialect: Dialect) -> bool:
    """Whether the column says that it is numbered; SQLite's has no AUTOINCREMENT unless it is asked for."""
    if dialect == "sqlite":
        return table is not None and table.given.get("sqlite_autoincrement") is True
    return dialect not in POSTGRESQL_FAMILY


def increments_by_itself(interpreter: Interpreter, column: ColumnItem, table: TableObject | None) -> bool:
    """Whether SQLAlchemy lets the database number the column: the one integer key, unless told otherwise."""
    if table is None or not column.primary_key or column.autoincrement is False:
        return False
    dialect = effects_of(interpreter).dialect
    if _has_identity(column, dialect):
        return False
    kind = resolve(interpreter, column.type, dialect) if column.type is not None else None
    if kind is None or kind.name not in INTEGER_NAMES:
        return False
    if column.autoincrement is True:
        return True
    keys = [other for other in table.columns if other.primary_key]
    if len(keys) != 1 or (_refers(column, table) and column.autoincrement != "ignore_fk"):
        return False
    return column.server_default is None and column.default is None


def _refers(column: ColumnItem, table: TableObject) -> bool:
    """Whether a foreign key is on the column, written with it or with the table."""
    keys = (item for item in table.constraints if isinstance(item, ForeignKeyConstraintItem))
    return bool(column.foreign_keys) or any(
        table.find_column(one) is column for key in keys for one in key.columns
    )
