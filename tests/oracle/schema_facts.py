"""Asks databases for every fact that a rollback has to bring back, and tells two answers apart.

A fact belongs to a thing: its kind, its table, its name. The kinds and the aspects are named as
`schemalint.comparison` names them, so that both answers can be held against each other.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schemalint.catalog import Index
from schemalint.comparison import Difference
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from tests.oracle import sqlite as sqlite_catalog

if TYPE_CHECKING:
    import psycopg
    import pymysql

Thing = tuple[str, str, str]
Facts = Mapping[Thing, Mapping[str, object]]
Fact = tuple[str, str, str, str]
"""Kind, table, name and aspect; the aspect is empty for the whole thing."""

_COLUMN_ASPECTS = ("type", "nullability", "default", "generation", "expression")

_POSTGRESQL_NAMESPACES = """
n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
"""
_POSTGRESQL_RELATIONS = f"""
select c.oid, n.nspname, c.relname, c.relkind
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm') and {_POSTGRESQL_NAMESPACES}
  and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
"""
_POSTGRESQL_COLUMNS = f"""
select a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p') and {_POSTGRESQL_NAMESPACES} and a.attnum > 0 and not a.attisdropped
"""
_POSTGRESQL_INDEXES = f"""
select i.indrelid, ic.relname, i.indisprimary, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indimmediate,
       exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p','u','x')),
       exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.condeferred)
from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace where {_POSTGRESQL_NAMESPACES}
"""
_POSTGRESQL_CONSTRAINTS = f"""
select k.conrelid, k.conname, k.contype, pg_get_constraintdef(k.oid)
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where k.contype in ('f', 'c') and {_POSTGRESQL_NAMESPACES}
"""
_POSTGRESQL_TYPES = f"""
select n.nspname, t.typname,
       array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)
from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
where (t.typtype in ('e', 'd') or (t.typtype = 'c' and c.relkind = 'c')) and {_POSTGRESQL_NAMESPACES}
  and not exists (select 1 from pg_depend d where d.objid = t.oid and d.deptype = 'e')
"""


def differing(before: Facts, after: Facts) -> set[Fact]:
    """The facts that are not the same; a thing within a table that is missing as a whole is not named."""
    found: set[Fact] = set()
    for thing in {*before, *after}:
        one, other = before.get(thing), after.get(thing)
        if one is None or other is None:
            whole = ("table", "", thing[1])
            if not thing[1] or (whole in before) == (whole in after):
                found.add((*thing, ""))
            continue
        for aspect in one:
            if one[aspect] != other[aspect]:
                found.add((*thing, aspect))
    return found


def facts_of(differences: Iterable[Difference], dialect: Dialect) -> frozenset[Fact]:
    """What schemalint says differs, in the words in which `comparable` puts what a database says."""
    found = set()
    for difference in differences:
        element = difference.left if difference.left is not None else difference.right
        name = "" if difference.subject == "primary key" else difference.name
        if dialect == "sqlite" and isinstance(element, Index) and element.is_constraint:
            name = ""
        table = "" if difference.table is None else str(difference.table)
        found.add((difference.subject, table, name, difference.aspect or ""))
    return comparable(found, dialect)


def comparable(facts: Iterable[Fact], dialect: Dialect) -> frozenset[Fact]:
    """Facts without what two answers may call otherwise.

    MySQL does not tell small letters from capitals in the names of what belongs to a table. SQLite does so
    nowhere, knows its constraints by what they say, and has none that are the same one in another form. What
    a column is generated from is only told of one that is generated before and after.
    """
    found = set()
    listed = list(facts)
    for kind, table, name, aspect in listed:
        if aspect == "expression" and (dialect == "sqlite" or (kind, table, name, "generation") in listed):
            continue
        if dialect == "sqlite" and kind not in ("table", "column", "view"):
            is_named = kind == "index" and not name.startswith("{")
            found.add((kind, table.lower(), name.lower() if is_named else "", ""))
        elif dialect == "sqlite":
            found.add((kind, table.lower(), name.lower(), aspect))
        else:
            found.add((kind, table, name.lower() if table and dialect in MYSQL_FAMILY else name, aspect))
    return frozenset(found)


def postgresql(connection: psycopg.Connection) -> Facts:
    """The facts of a PostgreSQL database."""
    names: dict[int, str] = {}
    facts: dict[Thing, dict[str, object]] = {}
    for number, schema, name, kind in _postgresql_rows(connection, _POSTGRESQL_RELATIONS):
        names[number] = _qualified(schema, name)
        facts["view" if kind in ("v", "m") else "table", "", names[number]] = {}
    for number, name, type_, not_null, default, generated, identity in _postgresql_rows(
        connection, _POSTGRESQL_COLUMNS
    ):
        if number in names:
            shown = None if generated else _postgresql_default(default)
            expression = default if generated else None
            values = (type_, not_null, shown, (bool(generated), bool(identity)), expression)
            facts["column", names[number], name] = dict(zip(_COLUMN_ASPECTS, values, strict=True))
    for number, name, primary, definition, *more in _postgresql_rows(connection, _POSTGRESQL_INDEXES):
        if number in names:
            kind, shown = ("primary key", "") if primary else ("index", name)
            facts[kind, names[number], shown] = {"definition": (_without_casts(definition), *more)}
    for number, name, kind, definition in _postgresql_rows(connection, _POSTGRESQL_CONSTRAINTS):
        if number in names:
            thing = ("foreign key" if kind == "f" else "check", names[number], name)
        facts[thing] = {"definition": _without_casts(definition)}
    for schema, name, labels in _postgresql_rows(connection, _POSTGRESQL_TYPES):
        facts["type", "", _qualified(schema, name)] = {"labels": labels}
    return facts


def _postgresql_default(default: str | None) -> str | None:
    """A default by what it means: the sequence behind it goes by any name, and now() by two."""
    if default is None or default.startswith("NULL::"):
        return None
    return "nextval" if default.startswith("nextval(") else default.replace("CURRENT_TIMESTAMP", "now()")


def _without_casts(definition: str) -> str:
    """A definition without the casts that PostgreSQL writes into it when a column's type has changed."""
    return re.sub(r"[()]", "", re.sub(r"::[a-z ]+(?:\[\])*", "", definition))


def _postgresql_rows(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def _qualified(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"


_SQLITE_FOREIGN_KEYS = """
select k.id, group_concat(k."from"), lower(k."table"), group_concat(lower(k."to")),
  group_concat(lower(coalesce(k."to",
    (select c.name from pragma_table_info(k."table") c where c.pk = k.seq + 1)))),
  k.on_update, k.on_delete
from pragma_foreign_key_list(?) k group by k.id order by k.seq
"""
"""Each column, the one of the target that is written, and the one that is meant where none is."""


def sqlite(connection: sqlite3.Connection, *, meant: bool = False) -> Facts:
    """The facts of a SQLite database, which knows its constraints by their columns only.

    A foreign key leads to the columns that are written, or to those that are `meant`: where it names none,
    the primary key of its target, as long as that is there.
    """
    facts: dict[Thing, dict[str, object]] = {}
    for (view,) in connection.execute("select name from sqlite_schema where type = 'view'"):
        facts["view", "", view] = {}
    for table in sqlite_catalog.catalog(connection)["tables"]:
        name = table["name"].lower()
        facts["table", "", name] = {}
        key = [column.lower() for column in (table["primary_key"] or {"columns": ()})["columns"]]
        (sql,) = connection.execute(
            "select sql from sqlite_schema where type = 'table' and name = ?", [table["name"]]
        ).fetchone()
        without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", "", sql, flags=re.DOTALL)
        counts = re.search(r"\bautoincrement\b", without_comments, re.IGNORECASE) is not None
        for column in table["columns"]:
            default = column.get("default")
            values = (
                column["type"].lower(),
                column["nullable"],
                None if default is None or default.lower() == "null" else _plain(default),
                (column.get("generated", False), counts and column["name"].lower() in key),
                None,  # SQLite shows it nowhere but in the statement
            )
            facts["column", name, column["name"].lower()] = dict(zip(_COLUMN_ASPECTS, values, strict=True))
        if key:
            facts["primary key", name, ""] = {"definition": key}
        for index in table["indexes"]:
            known = {aspect: value for aspect, value in index.items() if aspect != "name"}
            shape = re.sub(r"[\"'`()\s]", "", repr(known)).lower()
            facts["index", name, (index["name"] or shape).lower()] = {"definition": shape}
        written = connection.execute(
            _SQLITE_FOREIGN_KEYS,
            [table["name"]],
        ).fetchall()
        for _, columns, target, named, resolved, *actions in written:
            definition = [columns, target, resolved if meant else named, *actions]
            thing = ("foreign key", name, repr(definition).lower())
            facts[thing] = {"definition": 1 + int(str(facts.get(thing, {"definition": 0})["definition"]))}
        for check in _checks(sql):
            facts["check", name, check] = {}
    return facts


def _plain(default: str) -> str:
    """A default without what SQLite keeps as it was written: brackets, spaces, a number's quotes, words."""
    text = re.sub(r"[\s()]", "", default)
    text = text if text[:1] == "'" else text.lower()
    number = re.fullmatch(r"'(-?\d+(?:\.\d+)?)'", text)
    return number[1] if number is not None else {"true": "1", "false": "0"}.get(text, text)


def _checks(sql: str) -> list[str]:
    """The conditions of CHECK constraints in a CREATE TABLE statement, without spaces and case."""
    found = []
    tokens = re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\w+|--[^\n]*|\S", sql)
    for position, token in enumerate(tokens):
        if token.lower() != "check" or position + 1 >= len(tokens) or tokens[position + 1] != "(":
            continue
        depth, text = 0, ""
        for other in tokens[position + 1 :]:
            depth += {"(": 1, ")": -1}.get(other, 0)
            text += other
            if not depth:
                break
        found.append(re.sub(r"[()\"`]", "", text).lower())
    return found


_MARIADB_COLUMNS = """
select table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression
from information_schema.columns where table_schema = database()
"""
_MARIADB_TABLES = """
select table_name, table_type from information_schema.tables where table_schema = database()
"""
# Whether a unique index is a hash follows from the length of its columns: nobody asks InnoDB for one.
_MARIADB_INDEXES = """
select table_name, index_name, non_unique, if(index_type = 'HASH', 'BTREE', index_type), group_concat(
  concat(column_name, ' ', ifnull(collation, ''), ' ', ifnull(sub_part, '')) order by seq_in_index)
from information_schema.statistics where table_schema = database() group by 1, 2, 3, 4
"""
_MARIADB_FOREIGN_KEYS = """
select k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule,
  group_concat(concat(k.column_name, ' ', k.referenced_column_name) order by k.ordinal_position)
from information_schema.key_column_usage k join information_schema.referential_constraints r
  on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
  and r.table_name = k.table_name
where k.table_schema = database() and k.referenced_table_name is not null group by 1, 2, 3, 4, 5
"""
_MARIADB_CHECKS = """
select table_name, constraint_name, check_clause from information_schema.check_constraints
where constraint_schema = database()
"""


def mariadb(connection: pymysql.Connection[Any]) -> Facts:
    """The facts of a MariaDB database."""
    facts: dict[Thing, dict[str, object]] = {}
    with connection.cursor() as cursor:

        def rows(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        for name, kind in rows(_MARIADB_TABLES):
            facts["view" if "VIEW" in kind else "table", "", name] = {}
        for table, name, type_, nullable, default, extra, generated in rows(_MARIADB_COLUMNS):
            if ("table", "", table) in facts:
                written = None if default == "NULL" else default
                values = (type_, nullable, written, re.sub(r"on update \S+", "", extra), generated)
                facts["column", table, name.lower()] = dict(zip(_COLUMN_ASPECTS, values, strict=True))
        for table, name, *definition in rows(_MARIADB_INDEXES):
            kind, shown = ("primary key", "") if name == "PRIMARY" else ("index", name.lower())
            facts[kind, table, shown] = {"definition": definition}
        for table, name, *definition in rows(_MARIADB_FOREIGN_KEYS):
            actions = ["NO ACTION" if part == "RESTRICT" else part for part in definition]
            facts["foreign key", table, name.lower()] = {"definition": actions}
        for table, name, clause in rows(_MARIADB_CHECKS):
            column = facts.get(("column", table, name.lower()), {})
            if clause == f"json_valid(`{name}`)" and column.get("type") == "longtext":
                column["type"] = "json"  # which MariaDB knows under no other name
            else:
                facts["check", table, name.lower()] = {"definition": clause}
    return facts
