"""What `prisma migrate diff` compares: everything that a Prisma schema has words for, by name."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, Index
from schemalint.comparison import Difference
from schemalint.drift.tool import Tool, index_by_name, key_by_name, label_sets_differ


def _index(index: Index, catalog: Catalog) -> Index | None:
    """Prisma's engine passes over indexes with expressions and with predicates."""
    if index.predicate is not None or any(key.column is None for key in index.keys):
        return None
    keys = tuple(replace(key, nulls=None, collation=None) for key in index.keys)
    return index_by_name(replace(index, keys=keys, include=(), nulls_distinct=True), catalog)


def _minds(difference: Difference) -> bool:
    one, other = difference.left, difference.right
    if isinstance(one, Column) and isinstance(other, Column):
        if difference.aspect in ("default", "generation"):  # it declares the expression as a default
            return other.generated is None
        return not (difference.aspect == "nullability" and one.type.rstrip().endswith("]"))
    return label_sets_differ(difference) if difference.aspect == "labels" else True


PRISMA = Tool(
    command="`prisma migrate dev` makes the migration",
    index=_index,
    foreign_key=key_by_name,
    minds=_minds,
)
