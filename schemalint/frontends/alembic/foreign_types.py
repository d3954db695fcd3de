"""Types of other databases in a downgrade: SQLAlchemy writes no SQL for them, or the database takes none.

Source: what the type compilers of SQLAlchemy 1.4, 2.0 and 2.1 all refuse (CompileError).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemalint.catalog import Name
from schemalint.frontends.alembic.directive_arguments import Directive, ends_downgrade
from schemalint.frontends.python_interpreter.values import Arguments, Value
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.frontends.sqlalchemy_constructs.types import TypeObject, as_type
from schemalint.knowledge.collations import is_of_mysql, is_of_mysql_8
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.operations import Failure, Opaque

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_OF_POSTGRESQL = frozenset(
    "ARRAY HSTORE INET CIDR MACADDR MACADDR8 BYTEA INTERVAL TSVECTOR TSQUERY INT4RANGE INT8RANGE NUMRANGE"
    " DATERANGE TSRANGE TSTZRANGE INT4MULTIRANGE INT8MULTIRANGE NUMMULTIRANGE DATEMULTIRANGE TSMULTIRANGE"
    " TSTZMULTIRANGE OID MONEY REGCLASS CITEXT DOMAIN".split()
)
_OF_MYSQL = frozenset(
    "BIT LONGBLOB LONGTEXT MEDIUMBLOB MEDIUMINT MEDIUMTEXT SET TINYBLOB TINYINT TINYTEXT YEAR".split()
)


def refusing_foreign_types(directive: Directive) -> Directive:
    """The directive, which fails on the way down where it is given a type of another database."""

    def run(interpreter: Interpreter, arguments: Arguments) -> Value:
        if ends_at_foreign_type(interpreter, arguments):
            return None
        return directive(interpreter, arguments)

    return run


def ends_at_foreign_type(interpreter: Interpreter, arguments: Arguments) -> bool:
    """Whether one of the arguments, a column or a type, ends the downgrade here; then that is said."""
    account = account_of(interpreter)
    if not ends_downgrade(interpreter):
        return False
    of_table = (arguments.keywords.get(f"{prefix}_collate") for prefix in ("mysql", "mariadb"))
    collations = [collation for collation in of_table if isinstance(collation, str)]
    for kind in _types(interpreter, arguments):
        resolved = resolve(interpreter, kind, account.dialect)
        reason = _reason(resolved, account.dialect)
        if reason is not None:
            account.emit(Failure(reason=reason, span=arguments.site.span))
            return True
        collations.append(_collation(resolved))
    for collation in collations if account.dialect == "mariadb" else ():
        if is_of_mysql_8(collation):
            table = arguments.get(0, "table_name")
            tables = (Name(table),) if isinstance(table, str) else None
            words = f"whether there is a collation {collation}"
            account.emit(Opaque(reason=words, tables=tables, span=arguments.site.span))
            break
    return False


def _types(interpreter: Interpreter, arguments: Arguments) -> Iterator[TypeObject]:
    """The types that are asked for, those of columns among them."""
    asked = arguments.keywords.get("type_")
    given = [*arguments.positional, arguments.keywords.get("column"), *([asked] if asked is not None else ())]
    for value in given:
        if isinstance(value, ColumnItem):
            if value.type is not None:
                yield value.type
        elif value is not None and value is asked and (kind := as_type(interpreter, value)) is not None:
            yield kind


def _reason(kind: TypeObject, dialect: Dialect) -> str | None:
    name = kind.name.upper()
    foreign = _OF_POSTGRESQL if kind.package == "postgresql" else _OF_MYSQL if kind.package == "mysql" else ()
    own = dialect in (MYSQL_FAMILY if kind.package == "mysql" else POSTGRESQL_FAMILY)
    if name in foreign and not own and dialect in ("sqlite", "postgresql", *MYSQL_FAMILY):
        return f"SQLAlchemy has no {name} for this database"
    collation = _collation(kind)
    if dialect in ("sqlite", "postgresql") and is_of_mysql(collation):
        return f"there is no collation {collation}"
    return None


def _collation(kind: TypeObject) -> str:
    asked = kind.keywords.get("collation")
    return asked if isinstance(asked, str) else ""
