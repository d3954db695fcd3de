"""Schema items to what a catalog knows: tables, keys and checks, for one dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import Action, Check, ForeignKey, Index, Key, Name, Table
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs import naming
from schemalint.frontends.sqlalchemy_constructs.column_rendering import increments_by_itself, rendered_column
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    CheckItem,
    ConstraintItem,
    ExcludeItem,
    ForeignKeyConstraintItem,
    PrimaryKeyItem,
    UniqueItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import OPTION_PREFIXES, SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.index_keys import index_keys, predicate_text
from schemalint.frontends.sqlalchemy_constructs.index_rendering import key_words, option_columns
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, column_of
from schemalint.frontends.sqlalchemy_constructs.sql_text import expression_text, quoted
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.frontends.sqlalchemy_constructs.types import (
    BOOLEAN_NAMES,
    ENUM_NAMES,
)
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import NOT_KNOWN

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_ACTIONS: dict[str, Action] = {
    "cascade": "cascade",
    "restrict": "restrict",
    "set null": "set null",
    "set default": "set default",
    "no action": "no action",
}


def table_name(table: TableObject) -> Name:
    """The table's name in operations."""
    return Name(table.name, table.schema)


def written_schema(name: Name, dialect: Dialect) -> Name:
    """The name as a catalog of the dialect has it: schemas of MySQL are databases, and there is one."""
    return Name(name.name) if dialect in MYSQL_FAMILY else name


def rendered_table(interpreter: Interpreter, table: TableObject) -> Table:
    """The table as CREATE TABLE makes it, without the indexes that are made by statements of their own."""
    dialect = effects_of(interpreter).dialect
    foreign_keys, inline = [], sorted(table.constraints, key=lambda item: item.serial)
    indexes: list[Index] = []
    primary = rendered_primary_key(interpreter, table)
    if primary is not None:
        indexes.append(primary)
    checks: list[Check] = []
    owners = {id(check): column.name for column in table.columns for check in column.checks}
    for item in inline:
        if not item.applies_to(SQLALCHEMY_NAMES[dialect]):
            continue
        if isinstance(item, UniqueItem | ExcludeItem):
            index = rendered_constraint(interpreter, item, table)
            if index is not None:
                indexes.append(index)
        elif isinstance(item, ForeignKeyConstraintItem):
            key = rendered_foreign_key(interpreter, item, table)
            if key is not None:
                foreign_keys.append(key)
        elif isinstance(item, CheckItem):
            checks.append(rendered_check(item, dialect, owners.get(id(item))))
    checks += [check for column in table.columns for check in type_checks(interpreter, column, table)]
    return Table(
        name=written_schema(table_name(table), dialect),
        columns=tuple(rendered_column(interpreter, column, table) for column in table.columns),
        indexes=(*indexes, *_autoincrement_index(interpreter, table)),
        foreign_keys=tuple(foreign_keys),
        checks=tuple(checks),
        complete=table.complete,
        temporary=table.temporary,
        character_set=_character_set(table, dialect),
        partitioned_by=_partitioning(table, dialect),
        span=table.site.span,
    )


def _character_set(table: TableObject, dialect: Dialect) -> str | None:
    """`mysql_charset` and `mysql_collate`, as MySQL's options say them."""
    found = []
    for option, words in (
        ("charset", "CHARACTER SET"),
        ("default_charset", "CHARACTER SET"),
        ("collate", "COLLATE"),
    ):
        for prefix in OPTION_PREFIXES[dialect] if dialect in MYSQL_FAMILY else ():
            if isinstance(value := table.given.get(f"{prefix}_{option}"), str):
                found.append(f"{words} {value}")
                break
    return " ".join(found) or None


def _partitioning(table: TableObject, dialect: Dialect) -> str | None:
    """`postgresql_partition_by`; MySQL's partitions come and go without this being followed."""
    if dialect in MYSQL_FAMILY:
        options = (f"{prefix}_partition_by" for prefix in OPTION_PREFIXES[dialect])
        return NOT_KNOWN if any(option in table.given for option in options) else None
    given = table.given.get("postgresql_partition_by") if dialect in POSTGRESQL_FAMILY else None
    if given is None:
        return None
    return f"PARTITION BY {given}" if isinstance(given, str) else NOT_KNOWN


def inherited_names(table: TableObject, dialect: Dialect) -> tuple[Name, ...] | None:
    """`postgresql_inherits`; None where it is not known."""
    given = table.given.get("postgresql_inherits", ()) if dialect in POSTGRESQL_FAMILY else ()
    listed = (given,) if isinstance(given, str) else given
    if not isinstance(listed, tuple | list):
        return None
    names = tuple(Name(name) for name in listed if isinstance(name, str))
    return names if len(names) == len(listed) else None


def _autoincrement_index(interpreter: Interpreter, table: TableObject) -> list[Index]:
    """MySQL wants an index that begins with a numbered column; SQLAlchemy adds it for InnoDB tables."""
    dialect = effects_of(interpreter).dialect
    engine = table.given.get("mysql_engine")
    if dialect not in MYSQL_FAMILY or not (isinstance(engine, str) and engine.upper() == "INNODB"):
        return []
    keys = [column for column in table.columns if column.primary_key]
    for column in keys[1:]:
        if increments_by_itself(interpreter, column, table) and column.name is not None:
            name = f"idx_autoinc_{column.name}"
            return [
                Index(
                    name=name,
                    keys=(Key(column=column.name),),
                    implied_by="autoincrement",
                    span=column.site.span,
                )
            ]
    return []


def rendered_primary_key(interpreter: Interpreter, table: TableObject) -> Index | None:
    """The primary key: the constraint, or what the columns say."""
    dialect = effects_of(interpreter).dialect
    written = table.primary_key
    columns = [column for column in table.columns if column.primary_key]
    if written is not None and written.columns:
        found = [table.find_column(reference) for reference in written.columns]
        columns = [column for column in found if column is not None]
    elif len(columns) > 1:  # a numbered column goes first, unless the constraint is written
        columns.sort(key=lambda column: not increments_by_itself(interpreter, column, table))
    if not columns:
        return None
    item = written
    if item is None:
        item = PrimaryKeyItem(columns[0].site, columns[0].serial, list(columns), {})
        item.parent = table
        naming.named(interpreter, item, table, table.metadata.naming_convention)
    elif not item.columns and item.name is None:
        item.columns = list(columns)
        naming.named(interpreter, item, table, table.metadata.naming_convention)
    names = [column.name for column in columns if column.name is not None]
    return Index(
        name=naming.final_name(item.name, dialect),
        keys=tuple(Key(column=name) for name in dict.fromkeys(names)),
        unique=True,
        origin="primary key",
        immediate=not item.deferrable,
        deferred=item.deferred,
        implied_by="primary_key=True" if written is None else None,
        span=item.site.span,
    )


def primary_key_of(item: PrimaryKeyItem, dialect: Dialect) -> Index | None:
    """A primary key that is added to a table of which only its name is known."""
    names = item.column_names()
    if not names:
        return None
    return Index(
        name=naming.final_name(item.name, dialect),
        keys=tuple(Key(column=name) for name in dict.fromkeys(names)),
        unique=True,
        origin="primary key",
        immediate=not item.deferrable,
        deferred=item.deferred,
        span=item.site.span,
    )


def rendered_constraint(interpreter: Interpreter, item: ConstraintItem, table: TableObject) -> Index | None:
    """A unique or exclusion constraint."""
    dialect = effects_of(interpreter).dialect
    prefixes = OPTION_PREFIXES[dialect]
    if isinstance(item, ExcludeItem):
        if dialect not in POSTGRESQL_FAMILY:
            return None
        return _exclusion(item, table, dialect)
    names = item.column_names()
    if names is None or not names:
        table.not_understood("the columns of a unique constraint", item.site)
        return None
    include = option_columns(item.option(prefixes, "include"))
    column = item.from_column
    return Index(
        name=naming.final_name(item.name, dialect),
        keys=tuple(Key(column=name) for name in dict.fromkeys(names)),
        unique=True,
        include=include if dialect in POSTGRESQL_FAMILY else (),
        nulls_distinct=item.option(prefixes, "nulls_not_distinct") is not True,
        origin="unique constraint",
        immediate=not item.deferrable,
        deferred=item.deferred,
        implied_by=key_words(column, "unique") or "unique=True" if column is not None else None,
        span=item.site.span,
    )


def _exclusion(item: ExcludeItem, table: TableObject, dialect: Dialect) -> Index | None:
    pairs = [pair for pair in item.columns if isinstance(pair, tuple | list) and len(pair) == 2]
    texts = []
    for subject, operator in pairs:
        column = table.find_column(subject)
        text = (
            quoted(column.name) if column is not None and column.name else expression_text(subject, dialect)
        )
        if isinstance(subject, str) and column is None:
            text = quoted(subject)
        if text is None or not isinstance(operator, str):
            table.not_understood("an exclusion constraint", item.site)
            return None
        texts.append(f"{text} WITH {operator}" if column is not None else f"({text}) WITH {operator}")
    where, using = item.given.get("where"), item.given.get("using", "gist")
    keys = index_keys(texts, dialect)
    if keys is None:
        table.not_understood("an exclusion constraint", item.site)
        return None
    return Index(
        name=naming.final_name(item.name, dialect),
        keys=keys,
        method=using.lower() if isinstance(using, str) else "gist",
        predicate=predicate_text(where, dialect),
        origin="exclusion constraint",
        immediate=not item.deferrable,
        deferred=item.deferred,
        span=item.site.span,
    )


def rendered_foreign_key(
    interpreter: Interpreter, item: ForeignKeyConstraintItem, table: TableObject
) -> ForeignKey | None:
    """A foreign key; None where it can't be told, which the table remembers."""
    dialect = effects_of(interpreter).dialect
    columns = item.column_names()
    target = _target(item, table)
    if columns is None or target is None:
        table.not_understood("the target of a foreign key", item.site)
        return None
    name, target_columns = target
    match = item.given.get("match")
    on_delete, sets = _action(item.on_delete)
    return ForeignKey(
        name=naming.final_name(item.name, dialect),
        columns=tuple(columns),
        target=written_schema(name, dialect),
        target_columns=target_columns,
        on_delete=on_delete,
        on_update=_action(item.on_update)[0],
        sets=sets,
        deferrable=item.deferrable,
        deferred=item.deferred,
        match_full=dialect in POSTGRESQL_FAMILY and isinstance(match, str) and match.upper() == "FULL",
        span=item.site.span,
    )


def _action(value: Value) -> tuple[Action, tuple[str, ...]]:
    """What happens to a foreign key's rows, and the columns that are set by that if not all are."""
    words, _, listed = value.partition("(") if isinstance(value, str) else ("", "", "")
    columns = tuple(name.strip().strip('"') for name in listed.rstrip(") ").split(",") if name.strip())
    return _ACTIONS.get(" ".join(words.lower().split()), "no action"), columns


def _target(item: ForeignKeyConstraintItem, table: TableObject) -> tuple[Name, tuple[str, ...]] | None:
    """The table and the columns that a foreign key refers to."""
    name: Name | None = None
    columns: list[str] = []
    for element in item.elements:
        column = column_of(element)
        if column is not None:
            if column.table is None or column.name is None:
                return None
            name = table_name(column.table)
            columns.append(column.name)
            continue
        if not isinstance(element, str) or "." not in element:
            return None
        parts = element.split(".")
        schema = ".".join(parts[:-2]) or None
        known = _known_table(table, parts[-2], schema)
        name = table_name(known) if known is not None else Name(parts[-2], schema or table.metadata.schema)
        referred = known.find_column(parts[-1]) if known is not None else None
        columns.append(referred.name if referred is not None and referred.name is not None else parts[-1])
    return None if name is None else (name, tuple(columns))


def _known_table(table: TableObject, name: str, schema: str | None) -> TableObject | None:
    tables = table.metadata.tables
    if schema is None and table.metadata.schema is not None:
        return tables.get(f"{table.metadata.schema}.{name}")
    return tables.get(f"{schema}.{name}" if schema else name)


def rendered_check(item: CheckItem, dialect: Dialect, column: str | None = None) -> Check:
    """A check constraint, of the table or of the definition of a column."""
    expression = item.columns[0] if item.columns else None
    text = expression if isinstance(expression, str) else expression_text(expression, dialect)
    names = [column.name for column in getattr(expression, "columns", ()) if isinstance(column, ColumnItem)]
    return Check(
        name=naming.final_name(item.name, dialect),
        expression=text or "",
        columns=tuple(name for name in names if name is not None),
        part_of=column if dialect in ("mariadb", "sqlite") else None,
        span=item.site.span,
    )


def type_checks(interpreter: Interpreter, column: ColumnItem, table: TableObject) -> list[Check]:
    """The checks that a Boolean or an Enum makes where the database has no such type, if asked to."""
    if column.type is None or column.name is None:
        return []
    dialect = effects_of(interpreter).dialect
    kind = resolve(interpreter, column.type, dialect)
    if kind.keywords.get("create_constraint") is not True or kind.name not in (ENUM_NAMES | BOOLEAN_NAMES):
        return []
    native = dialect in POSTGRESQL_FAMILY or (dialect in MYSQL_FAMILY and kind.name in ENUM_NAMES)
    if native and kind.keywords.get("native_enum") is not False:
        return []
    effects = effects_of(interpreter)
    item = CheckItem(column.site, effects.next_serial(), [], {"name": kind.keywords.get("name")})
    item.type_bound = True
    item.parent = table
    naming.named(interpreter, item, table, table.metadata.naming_convention)
    labels = kind.labels() if kind.name in ENUM_NAMES else None
    values = ", ".join("'{}'".format(label.replace("'", "''")) for label in labels) if labels else "0, 1"
    text = f"{quoted(column.name)} IN ({values})"
    return [
        Check(
            name=naming.final_name(item.name, dialect),
            expression=text,
            columns=(column.name,),
            span=column.site.span,
        )
    ]
