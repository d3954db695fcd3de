"""Redundant indexes of a table as both of its sides tell them, for the rules that report them."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Index, Name, Table
from schemalint.finding import Finding, Place, Repair, Subject
from schemalint.knowledge.dialects import Dialect, folded
from schemalint.operations import DropConstraint, DropIndex, Operation
from schemalint.redundancy import redundancies
from schemalint.rule import RedundantIndex, TableSides


def redundant_indexes(table: TableSides) -> Iterator[RedundantIndex]:
    """Each redundant index once: those of the database, then those that are only declared so far."""
    dialect = table.database.dialect
    if table.known.framework_made:
        return
    reported: list[Index] = []
    if table.migrated is not None and len(table.migrated.indexes) > 1:
        for found in redundancies(table.migrated.indexes, table.migrated_references, dialect):
            declared = _counterpart(found.index, table.declared, dialect)
            kept = _counterpart(found.kept, table.declared, dialect) or found.kept
            reported += [found.index] if declared is None else [found.index, declared]
            if declared is not None and declared.framework_made:
                continue
            yield RedundantIndex(
                table=table,
                index=declared or found.index,
                kept=kept,
                likeness=found.likeness,
                made=found.index if declared is not None else None,
            )
    if table.declared is not None and len(table.declared.indexes) > 1:
        for found in redundancies(table.declared.indexes, table.declared_references, dialect):
            if not any(found.index is index for index in reported):
                yield RedundantIndex(table=table, index=found.index, kept=found.kept, likeness=found.likeness)


def _counterpart(index: Index, other: Table | None, dialect: Dialect) -> Index | None:
    """The same index on the other side: of the same name, or else with the same keys."""
    if other is None:
        return None
    if index.name is not None:
        wanted = folded(index.name, dialect)
        for candidate in other.indexes:
            if candidate.name is not None and folded(candidate.name, dialect) == wanted:
                return candidate
    for candidate in other.indexes:
        alike = candidate.keys == index.keys and candidate.unique == index.unique
        if alike and candidate.predicate is None and index.predicate is None and index.name is None:
            return candidate
    return None


def described(index: Index) -> str:
    """An index in a sentence, with what kind of index it is."""
    columns = f"({', '.join(index.columns)})"
    if index.origin == "primary key":
        return f"the primary key {columns}"
    if index.implied_by is not None:
        return f"`{index.implied_by}`"
    kind = "unique constraint" if index.origin == "unique constraint" else "index"
    return f"{kind} {index.name} {columns}" if index.name is not None else f"the {kind} {columns}"


def finding(rule: str, message: str, redundant: RedundantIndex) -> Finding:
    """The finding that `redundant.index` should go."""
    index, kept, known = redundant.index, redundant.kept, redundant.table.known
    span = index.span or known.span
    assert span is not None
    related = []
    if kept.span is not None:
        related.append(Place(kept.span, f"{described(kept)} stays"))
    if redundant.made is not None and redundant.made.span is not None:
        related.append(Place(redundant.made.span, "the migration that makes it"))
    drop: Operation
    if index.is_constraint:
        drop = DropConstraint(table=known.name, name=index.name, span=span)
    else:
        drop = DropIndex(index=Name(index.name or "", known.name.schema), table=known.name, span=span)
    return Finding(
        rule=rule,
        message=message,
        span=span,
        subject=Subject(table=str(known.name), columns=index.columns, name=index.name),
        related=tuple(related),
        repair=Repair(operations=(drop,), span=span, dialect=redundant.table.database.dialect),
        database=redundant.table.database.name,
    )
