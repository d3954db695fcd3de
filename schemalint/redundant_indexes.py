"""Redundant indexes of a table as both of its sides tell them, for the rules that report them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemalint.catalog import Index, Name, Table
from schemalint.finding import Finding, Place, Repair, Subject
from schemalint.indexes.redundancy import Redundancy, implied_uniques, redundancies
from schemalint.knowledge.dialects import Dialect, folded
from schemalint.knowledge.expressions import normal
from schemalint.operations import DropConstraint, DropIndex, Operation
from schemalint.rule import RedundantIndex, TableSides


def redundant_indexes(table: TableSides) -> Iterator[RedundantIndex]:
    """Each redundant index once: those of the database, then those that are only declared so far."""
    dialect = table.database.dialect
    if table.known.framework_made:
        return
    declared_as = _declared_as(table, dialect)
    gone: set[int] = set()
    pairs: list[set[int]] = []
    for found in _of(table.migrated, table.migrated_references, dialect):
        declared = declared_as.get(id(found.index))
        if not (_certain(table) or (declared is not None and id(found.kept) in declared_as)):
            continue
        kept = declared_as.get(id(found.kept), found.kept)
        gone |= {id(found.index), id(declared)}
        pairs.append({id(declared), id(kept)})
        if declared is not None and declared.framework_made:
            continue
        yield RedundantIndex(
            table=table,
            index=declared or found.index,
            kept=kept,
            likeness=found.likeness,
            made=found.index if declared is not None else None,
            kept_made=found.kept if kept is not found.kept else None,
        )
    for found in _of(table.declared, table.declared_references, dialect):
        if id(found.index) in gone or _pair(found) in pairs:
            continue
        if _is_there(found.index, table.migrated, dialect) and _is_there(found.kept, table.migrated, dialect):
            continue  # the database has both, and there they are not alike
        yield RedundantIndex(table=table, index=found.index, kept=found.kept, likeness=found.likeness)


def _certain(table: TableSides) -> bool:
    """Whether an index that a migration makes is still there, for all that is known.

    Something that was not understood may have dropped one, and one that is not declared looks like that.
    """
    return table.declared is None or table.migrated is None or table.migrated.complete


def _of(table: Table | None, referenced: frozenset[frozenset[str]], dialect: Dialect) -> Iterator[Redundancy]:
    if table is None or len(table.indexes) < 2:
        return
    gone = set()
    for found in redundancies(table.indexes, referenced, dialect):
        gone.add(id(found.index))
        yield found
    for found in implied_uniques(table, referenced, dialect):
        if not gone & _pair(found):
            yield found


def _pair(found: Redundancy) -> set[int]:
    return {id(found.index), id(found.kept)}


def _declared_as(table: TableSides, dialect: Dialect) -> dict[int, Index]:
    """The indexes that migrations made, by identity, with what they are declared as.

    That is the index of the same name, if it is alike in all else; or the primary key; or an index of
    another name that is alike. What is called alike and is not the same is no counterpart.
    """
    if table.migrated is None or table.declared is None:
        return {}
    waiting = list(table.declared.indexes)
    found: dict[int, Index] = {}
    for by_name in (True, False):
        for index in table.migrated.indexes:
            if id(index) not in found:
                partner = _alike(index, waiting, dialect, by_name=by_name)
                if partner is not None:
                    waiting = [other for other in waiting if other is not partner]
                    found[id(index)] = partner
    return found


def _alike(index: Index, others: Iterable[Index], dialect: Dialect, *, by_name: bool) -> Index | None:
    shape = _shape(index, dialect)
    for other in others:
        if (not by_name or _same_name(index, other, dialect)) and _shape(other, dialect) == shape:
            return other
    return None


def _same_name(one: Index, other: Index, dialect: Dialect) -> bool:
    if one.name is None or other.name is None:
        return one.name is other.name
    return folded(one.name, dialect) == folded(other.name, dialect)


def _shape(index: Index, dialect: Dialect) -> tuple[object, ...]:
    keys = tuple(
        (
            folded(key.column, dialect) if key.column is not None else normal(key.expression),
            key.order,
            key.operator_class,
        )
        for key in index.keys
    )
    return keys, index.unique, index.origin == "primary key", index.method, normal(index.predicate)


def _is_there(index: Index, table: Table | None, dialect: Dialect) -> bool:
    """Whether the database has an index that goes by the same name, or that is the primary key as well."""
    if table is None or not table.complete:
        return False
    if index.origin == "primary key":
        return table.primary_key is not None
    return any(_same_name(index, other, dialect) for other in table.indexes if other.name is not None)


def described(index: Index, table: Table) -> str:
    """An index in a sentence, with what kind of index it is, or what makes it."""
    columns = f"({', '.join(index.columns)})"
    if index.origin == "primary key":
        return f"the primary key {columns}"
    if index.implied_by is not None:
        if index.unique:
            return f"`{index.implied_by}`" if "(" in index.implied_by else f"`{index.implied_by}` {columns}"
        return f"the index of `{index.implied_by}` on {table.name} {columns}"
    kind = "unique constraint" if index.origin == "unique constraint" else "index"
    return f"{kind} {index.name} {columns}" if index.name is not None else f"the {kind} {columns}"


def the_index_of(index: Index, table: Table) -> str:
    """The index behind something that is called otherwise: a key, a constraint, an attribute."""
    words = described(index, table)
    return words if "index " in words.partition("(")[0] else f"the index of {words}"


def _name_there(redundant: RedundantIndex) -> str | None:
    """The name that the index to go has in the database.

    Where no revision of Alembic wrote it, it comes from the naming convention, which the models know best.
    """
    index, made = redundant.index, redundant.made
    migrated = redundant.table.database.migrated
    if made is None or (migrated is not None and migrated.kind == "alembic" and made.implied_by is not None):
        return index.name
    return made.name or index.name


def finding(rule: str, message: str, redundant: RedundantIndex) -> Finding:
    """The finding that `redundant.index` should go."""
    index, kept, known = redundant.index, redundant.kept, redundant.table.known
    span = index.span or known.span
    assert span is not None
    related = []
    if kept.span is not None:
        related.append(Place(kept.span, f"{described(kept, known)} stays"))
    if redundant.made is not None and redundant.made.span is not None:
        related.append(Place(redundant.made.span, "the migration that makes it"))
    if redundant.kept_made is not None and redundant.kept_made.span is not None:
        related.append(Place(redundant.kept_made.span, "the migration that makes the one that stays"))
    drop: Operation
    if index.is_constraint:
        drop = DropConstraint(table=known.name, name=index.name, span=span)
    else:
        drop = DropIndex(index=Name(index.name or "", known.name.schema), table=known.name, span=span)
    return Finding(
        rule=rule,
        message=message,
        span=span,
        subject=Subject(table=str(known.name), columns=index.columns, name=_name_there(redundant)),
        related=tuple(related),
        repair=Repair(
            operations=(drop,),
            span=span,
            dialect=redundant.table.database.dialect,
            safe=redundant.likeness != "implied",  # ON CONFLICT may name its columns
        ),
        database=redundant.table.database.name,
    )
