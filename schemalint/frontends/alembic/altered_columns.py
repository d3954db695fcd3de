"""What `alter_column` does to a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from schemalint.catalog import Check, Name
from schemalint.frontends.alembic.directive_arguments import ends_downgrade
from schemalint.frontends.alembic.names import plain_table
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import Arguments, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs import column_rendering, rendering
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.frontends.sqlalchemy_constructs.defaults import default_text
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.type_names import type_text
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.frontends.sqlalchemy_constructs.types import TypeObject, as_type
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.operations import (
    AddCheck,
    AlterColumn,
    DropConstraint,
    Failure,
    Opaque,
    Operation,
    RenameColumn,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def altered_column(
    interpreter: Interpreter, table: Name, column: str, arguments: Arguments, *, anew: bool = False
) -> list[Operation]:
    """What changes; the new name comes last.

    MySQL states the whole column again, and what is not said is lost, unless the table is made `anew`.
    """
    keywords, span = arguments.keywords, arguments.site.span
    in_mysql = account_of(interpreter).dialect in MYSQL_FAMILY
    new_name = keywords.get("new_column_name", keywords.get("name"))
    unknown = any(isinstance(value, Unknown) for value in (new_name, keywords.get("nullable")))
    if unknown or not arguments.complete:
        return [Opaque(reason="what of a column is changed", tables=(table,), span=span)]
    kind, existing = (_type_given(interpreter, keywords, name) for name in ("type_", "existing_type"))
    if in_mysql and not anew and _lacks_type(keywords):
        if interpreter.attempts:
            raise Raised("alembic.util.exc.CommandError", "MySQL requires the existing type")
        if ends_downgrade(interpreter):
            name = f"{table}.{column}"
            reason = f"Alembic alters no column on MySQL without its type, which {name} is not given"
            return [Failure(reason=reason, span=span)]
    change = _change(interpreter, AlterColumn(table=table, column=column, span=span), kind, keywords)
    if in_mysql and not anew:
        change = _stated_by_mysql(interpreter, change, kind, existing, keywords)
    found: list[Operation] = []
    if kind is not None and existing is not None:
        found += _without_checks(interpreter, table, column, existing, arguments)
    if any(
        value is not UNSET
        for value in (change.type, change.nullable, change.default, change.identity, change.generated)
    ):
        found.append(change)
    if kind is not None:
        checks = checks_of_type(interpreter, table, column, kind, arguments)
        found += [AddCheck(table=table, check=check, span=span) for check in checks]
    if isinstance(new_name, str) and new_name != column:
        found.append(RenameColumn(table=table, column=column, new_name=str(new_name), span=span))
    return found


def _type_given(interpreter: Interpreter, keywords: dict[str, Value], name: str) -> TypeObject | None:
    return as_type(interpreter, keywords[name]) if keywords.get(name) is not None else None


def _change(
    interpreter: Interpreter, change: AlterColumn, kind: TypeObject | None, keywords: dict[str, Value]
) -> AlterColumn:
    """The change with what is said of the column: its type, nullability and default."""
    dialect = account_of(interpreter).dialect
    if kind is not None:
        resolved = resolve(interpreter, kind, dialect)
        converts = keywords.get("postgresql_using") is not None
        change = replace(change, type=type_text(resolved, dialect), converts=converts)
        if dialect in MYSQL_FAMILY:
            change = replace(change, collation=column_rendering.collation(resolved, dialect))
    nullable, default = keywords.get("nullable"), keywords.get("server_default", False)
    if isinstance(nullable, bool):
        change = replace(change, nullable=nullable)
    return change if default is False else _with_default(change, default, interpreter)


def _lacks_type(keywords: dict[str, Value]) -> bool:
    """Whether MySQL is told the whole column, and nobody says of which type (`MySQLModifyColumn`)."""
    if any(keywords.get(name) is not None for name in ("type_", "existing_type")):
        return False
    return _is_stated_anew(keywords, None)


def _is_stated_anew(keywords: dict[str, Value], kind: TypeObject | None) -> bool:
    """Whether MySQL is told the whole column (`MySQLImpl.alter_column`); `kind` is its type, new or old.

    Of moments it is, unless a default is dropped (`_is_mysql_allowed_functional_default` of Alembic).
    """
    told = ("new_column_name", "name", "type_", "nullable", "autoincrement")
    if any(keywords.get(name) is not None for name in told) or keywords.get("comment", False) is not False:
        return True
    is_moment = kind is not None and kind.name.lower() in ("datetime", "timestamp")
    return is_moment and keywords.get("server_default", False) is not None


def _stated_by_mysql(
    interpreter: Interpreter,
    change: AlterColumn,
    kind: TypeObject | None,
    existing: TypeObject | None,
    keywords: dict[str, Value],
) -> AlterColumn:
    """The change as MySQL makes it: where it is told the whole column, what is not said again is lost."""
    dialect = account_of(interpreter).dialect
    given = kind if kind is not None else existing
    resolved = resolve(interpreter, given, dialect) if given is not None else None
    if not _is_stated_anew(keywords, resolved):
        return change
    if kind is None and resolved is not None:
        change = _with_type(change, resolved, dialect)
    if change.nullable is UNSET:
        before = keywords.get("existing_nullable")
        change = replace(change, nullable=before if isinstance(before, bool) else True)
    if change.default is UNSET:
        change = replace(change, default=default_text(keywords.get("existing_server_default"), dialect))
    numbered = keywords.get("autoincrement")
    if numbered is None:
        numbered = keywords.get("existing_autoincrement")
    return replace(change, identity=numbered is True, replaces=True)


def _with_type(change: AlterColumn, existing: TypeObject, dialect: Dialect) -> AlterColumn:
    """The change that states the type again that is said to be there, whatever it was."""
    text = type_text(existing, dialect)
    if text in ("", "varchar"):  # of which MySQL wants the length
        return change
    return replace(change, type=text, collation=column_rendering.collation(existing, dialect))


def _without_checks(
    interpreter: Interpreter, table: Name, column: str, kind: TypeObject, arguments: Arguments
) -> list[Operation]:
    """The checks that came with a type go with it; batches on SQLite pass over those that are not there."""
    account = account_of(interpreter)
    known = account.run.catalog.find(table)
    certain = account.dialect != "sqlite" and known is not None and known.complete
    return [
        DropConstraint(
            table=table, name=check.name, kind="check", if_exists=not certain, span=arguments.site.span
        )
        for check in checks_of_type(interpreter, table, column, kind, arguments)
        if check.name is not None
    ]


def checks_of_type(
    interpreter: Interpreter, table: Name, column: str, kind: TypeObject, arguments: Arguments
) -> list[Check]:
    """The checks that Alembic makes along with the type that a column gets."""
    site = arguments.site
    item = ColumnItem(site, account_of(interpreter).next_serial())
    item.name, item.type = column, kind
    return rendering.type_checks(interpreter, item, plain_table(interpreter, table.name, table.schema, site))


def _with_default(change: AlterColumn, value: Value, interpreter: Interpreter) -> AlterColumn:
    kind = getattr(value, "kind", None)
    if kind == "Identity":
        return replace(change, identity=True)
    if kind == "Computed":
        return change
    return replace(change, default=default_text(value, account_of(interpreter).dialect))
