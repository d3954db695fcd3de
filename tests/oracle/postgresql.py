"""Asks a PostgreSQL database what its schema is, and prints it as the catalog JSON.

Partitions are part of their parent and are not listed, nor are tables that an extension owns. A key carries
"opclass", "collation" and "nulls" where they are not the defaults of its column; an index carries
"valid": false, "immediate": false (a deferrable constraint) and "replica_identity": true.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}

_TABLES = """
select c.oid, n.nspname, c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%%'
  and (%(schemas)s::text[] is null or n.nspname = any(%(schemas)s))
  and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 2, 3
"""

_COLUMNS = """
select attname, format_type(atttypid, atttypmod), not attnotnull, pg_get_expr(d.adbin, d.adrelid),
       attgenerated, attidentity
from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where attrelid = %s and attnum > 0 and not attisdropped order by attnum
"""

_INDEXES = """
select ic.relname, am.amname, i.indisunique, i.indisprimary, con.contype, i.indnkeyatts, i.indnatts,
       pg_get_expr(i.indpred, i.indrelid), i.indnullsnotdistinct,
       array(select a.attname from unnest(i.indkey::int[]) with ordinality k(num, pos)
             left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num order by k.pos),
       array(select pg_get_indexdef(i.indexrelid, k, true) from generate_series(1, i.indnatts) k),
       i.indoption::int[],
       array(select case when op.opcdefault then null else op.opcname end
             from unnest(i.indclass::oid[]) with ordinality c(oid, pos)
             join pg_opclass op on op.oid = c.oid order by c.pos),
       array(select case when a.attnum is null or c.oid = a.attcollation then null
                    else (select collname from pg_collation where oid = c.oid) end
             from unnest(i.indcollation::oid[]) with ordinality c(oid, pos)
             join unnest(i.indkey::int[]) with ordinality k(num, pos) on k.pos = c.pos
             left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num order by c.pos),
       i.indisvalid, i.indimmediate, i.indisreplident
from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_am am on am.oid = ic.relam
left join pg_constraint con on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
where i.indrelid = %s order by 1
"""

_FOREIGN_KEYS = """
select con.conname, rn.nspname, rc.relname, con.confdeltype, con.confupdtype,
       array(select a.attname from unnest(con.conkey) with ordinality k(num, pos)
             join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.num order by k.pos),
       array(select a.attname from unnest(con.confkey) with ordinality k(num, pos)
             join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.num order by k.pos)
from pg_constraint con join pg_class rc on rc.oid = con.confrelid
join pg_namespace rn on rn.oid = rc.relnamespace
where con.conrelid = %s and con.contype = 'f' and con.conparentid = 0 order by 1
"""


def catalog(dsn: str, schemas: Sequence[str] | None = None) -> dict[str, Any]:
    """The catalog of the database, of all user schemas or only of `schemas`."""
    import psycopg

    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        rows = cursor.execute(_TABLES, {"schemas": schemas}).fetchall()
        return {"dialect": "postgresql", "tables": [_table(cursor, *row) for row in rows]}


def _table(cursor: psycopg.Cursor, oid: int, schema: str, name: str) -> dict[str, Any]:
    columns = [
        {"name": column, "type": kind, "nullable": nullable}
        | ({"default": default} if default is not None else {})
        | ({"generated": True} if generated else {})
        | ({"identity": True} if identity else {})
        for column, kind, nullable, default, generated, identity in cursor.execute(_COLUMNS, [oid]).fetchall()
    ]
    primary_key, indexes = None, []
    for row in cursor.execute(_INDEXES, [oid]).fetchall():
        if row[3]:
            primary_key = {"name": row[0], "columns": row[9][: row[5]]}
        else:
            indexes.append(_index(*row))
    return {
        "schema": schema,
        "name": name,
        "columns": columns,
        "primary_key": primary_key,
        "indexes": indexes,
        "foreign_keys": [_foreign_key(*row) for row in cursor.execute(_FOREIGN_KEYS, [oid]).fetchall()],
    }


def _index(
    name: str,
    method: str,
    unique: bool,
    _primary: bool,
    constraint: str | None,
    key_count: int,
    attribute_count: int,
    predicate: str | None,
    nulls_not_distinct: bool,
    columns: list[str | None],
    definitions: list[str],
    options: list[int],
    operator_classes: list[str | None],
    collations: list[str | None],
    valid: bool,
    immediate: bool,
    replica_identity: bool,
) -> dict[str, Any]:
    keys = []
    for position in range(key_count):
        column = columns[position]
        key: dict[str, Any] = {"column": column} if column else {"expression": definitions[position]}
        descending, nulls_first = options[position] & 1, options[position] >> 1 & 1
        key["order"] = "desc" if descending else "asc"
        if descending != nulls_first:
            key["nulls"] = "first" if nulls_first else "last"
        if operator_classes[position]:
            key["opclass"] = operator_classes[position]
        if collations[position]:
            key["collation"] = collations[position]
        keys.append(key)
    return (
        {
            "name": name,
            "unique": unique,
            "keys": keys,
            "method": method,
            "where": predicate,
            "include": columns[key_count:attribute_count],
            "nulls_distinct": not nulls_not_distinct,
            "source": {"u": "unique", "x": "exclude"}.get(constraint or "", "index"),
        }
        | ({} if valid else {"valid": False})
        | ({} if immediate else {"immediate": False})
        | ({"replica_identity": True} if replica_identity else {})
    )


def _foreign_key(
    name: str,
    target_schema: str,
    target: str,
    on_delete: str,
    on_update: str,
    columns: list[str],
    target_columns: list[str],
) -> dict[str, Any]:
    return {
        "name": name,
        "columns": columns,
        "ref_schema": target_schema,
        "ref_table": target,
        "ref_columns": target_columns,
        "on_delete": _ACTIONS[on_delete],
        "on_update": _ACTIONS[on_update],
    }
