"""The names that Django gives to tables, indexes and constraints.

Sources: `django/db/backends/utils.py` (`names_digest`, `split_identifier`, `truncate_name`),
`BaseDatabaseSchemaEditor._create_index_name`, `Index.set_name_with_model`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from schemalint.catalog import Name
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.names import postgresql_cut, stored


def maximum_name_length(dialect: Dialect) -> int | None:
    """How long Django lets a name be (`DatabaseOperations.max_name_length`)."""
    if dialect in POSTGRESQL_FAMILY:
        return 63
    if dialect in MYSQL_FAMILY:
        return 64
    return 128 if dialect == "sqlserver" else None


def digest(*parts: str, length: int) -> str:
    """The first digits of the MD5 sum that Django appends to names."""
    hashed = hashlib.md5(usedforsecurity=False)
    for part in parts:
        hashed.update(stored(part))
    return hashed.hexdigest()[:length]


def split_identifier(identifier: str) -> tuple[str, str]:
    """Schema and name of a `db_table` that smuggles a schema in (`audit"."log`)."""
    schema, separator, name = identifier.partition('"."')
    if not separator or '"."' in name:
        schema, name = "", identifier
    return schema.strip('"'), name.strip('"')


def table_name(db_table: str) -> Name:
    """A model's `db_table` as the name of a table."""
    schema, name = split_identifier(db_table)
    return Name(name, schema or None)


def truncated(identifier: str, dialect: Dialect) -> str:
    """A name with its end replaced by four digits of its digest, if it is too long."""
    length = maximum_name_length(dialect)
    schema, name = split_identifier(identifier)
    if length is None or len(name) <= length:
        return identifier
    prefix = f'{schema}"."' if schema else ""
    return f"{prefix}{name[: length - 4]}{digest(name, length=4)}"


def stored_name(identifier: str, dialect: Dialect) -> str:
    """A written `db_table`, which Django leaves as it is, as the database stores it."""
    if dialect not in POSTGRESQL_FAMILY:
        return identifier
    schema, name = split_identifier(identifier)
    cut = postgresql_cut(name)
    if cut == name:
        return identifier
    return f'{schema}"."{cut}' if schema else cut


def index_name(table: str, columns: Iterable[str], suffix: str, dialect: Dialect) -> str:
    """The name of an index or constraint that nobody named."""
    table = split_identifier(table)[1]
    columns = list(columns)
    hashed = f"{digest(table, *columns, length=8)}{suffix}"
    longest = maximum_name_length(dialect) or 200
    name = f"{table}_{'_'.join(columns)}_{hashed}"
    if len(name) <= longest:
        return name
    if len(hashed) > longest / 3:
        hashed = hashed[: longest // 3]
    rest = (longest - len(hashed)) // 2 - 1
    name = f"{table[:rest]}_{'_'.join(columns)[:rest]}_{hashed}"
    return f"D{name[:-1]}" if name[0] == "_" or name[0].isdigit() else name


def foreign_key_suffix(to_table: str, to_column: str) -> str:
    """The end of a foreign key's name, less what `index_name` puts before it."""
    return f"_fk_{split_identifier(to_table)[1]}_{to_column}"


def meta_index_name(table: str, columns: Sequence[str], descending: Sequence[bool], suffix: str) -> str:
    """The name of an entry of `Meta.indexes` that was given none."""
    table = split_identifier(table)[1]
    hashed = [f"-{column}" if down else column for column, down in zip(columns, descending, strict=True)]
    name = f"{table[:11]}_{columns[0][:7]}_{digest(table, *hashed, suffix, length=6)}_{suffix}"
    return f"D{name[1:]}" if name[0] == "_" or name[0].isdigit() else name
