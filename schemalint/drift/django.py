"""What `makemigrations` compares: models with what migrations say of models, and not with the database.

One change of a field may change more than one thing: the columns that refer to it, an index that comes along
with another one. Such a thing is no difference of its own.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from schemalint.catalog import Catalog, Check, Column, ForeignKey, Index, Key, Name, Table
from schemalint.comparison import Difference
from schemalint.drift.tool import Tool, fact_by_fact, the_check, the_key
from schemalint.knowledge.expressions import NOT_KNOWN
from schemalint.rule import Database

_QUOTED = re.compile(r'"([^"]+)"')


def _column(column: Column, catalog: Catalog) -> Column:
    """A column as it is compared: its collation is no matter, nor what SQLite's indexes have of it."""
    return replace(column, collation=None)


def _index(index: Index, catalog: Catalog) -> Index:
    """An index as it is compared: what SQLite takes for a text is the name of a column that is gone."""
    return replace(index, keys=tuple(_key(key) for key in index.keys))


def _key(key: Key) -> Key:
    quoted = _QUOTED.fullmatch(key.expression or "")
    return key if quoted is None else replace(key, column=quoted[1], expression=None)


def _minds(difference: Difference) -> bool:
    one, other = difference.left, difference.right
    if isinstance(one, Column) and isinstance(other, Column) and difference.aspect == "type":
        return not (_is_guess(one, other) or _is_guess(other, one))
    if isinstance(one, Index) and isinstance(other, Index):
        return not any(NOT_KNOWN in text for index in (one, other) for text in _texts(index))
    if isinstance(one, ForeignKey) and isinstance(other, ForeignKey):
        return not (one.assumed or other.assumed)
    if isinstance(one, Check) and isinstance(other, Check):
        return NOT_KNOWN not in one.expression and NOT_KNOWN not in other.expression
    return difference.subject != "type"


def _is_guess(one: Column, other: Column) -> bool:
    """Whether the type of one may be that of the other: a key that no setting decides is an integer."""
    return one.assumed and (other.identity or not one.identity)


def _texts(index: Index) -> tuple[str, ...]:
    return (index.predicate or "", *(key.expression or "" for key in index.keys))


def _compare(database: Database, declared: Catalog, recorded: Catalog) -> Iterator[Difference]:
    """The differences, where something that goes and something that comes in its place are one.

    That is a foreign key of the same columns, or an index or a check of the same name.
    """
    listed = list(fact_by_fact(database, _enforced(declared), _enforced(recorded)))
    halves = {
        (one.table, _identity(one.right)): one.right
        for one in listed
        if one.left is None and _identity(one.right) is not None
    }
    joined: set[tuple[Name | None, Hashable]] = set()
    for difference in listed:
        place = difference.table, _identity(difference.left or difference.right)
        if difference.right is None and place in halves:
            joined.add(place)
            yield replace(difference, right=halves[place], aspect="definition")
        elif difference.left is not None or place not in joined:
            yield difference


def _enforced(catalog: Catalog) -> Catalog:
    """The catalog with the foreign keys that the database knows of."""
    tables = {
        place: replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.enforced))
        for place, table in catalog.tables.items()
    }
    return catalog.to_compare(tables)


def _identity(element: object) -> Hashable:
    """What tells foreign keys, indexes and checks of one table from each other; None for everything else."""
    if isinstance(element, ForeignKey):
        return "foreign key", element.columns
    if isinstance(element, Index | Check) and element.name is not None:
        return type(element).__name__, element.name
    return None


def _holds(difference: Difference, declared: Table, recorded: Table) -> bool:
    """What is made by a field that is known holds, whatever other fields there are; so do names of tables."""
    one, other = difference.left, difference.right
    if isinstance(one, Table):
        return True
    columns = [column for column in (one, other) if isinstance(column, Column)]
    if columns:
        if any(column.assumed for column in columns):
            return False
        return one is not None or _has_no_more(declared, [column.name for column in columns])
    element = one if one is not None else other
    if not isinstance(element, Index | ForeignKey | Check):
        return False
    names = _columns(element)
    here, there = (declared, recorded) if one is not None else (recorded, declared)
    if not all(_is_known(name, here) for name in names) or any(_is_assumed(name, there) for name in names):
        return False
    if one is not None:
        return True
    of_field = isinstance(element, ForeignKey) or (
        isinstance(element, Index) and element.implied_by is not None and len(element.keys) == 1
    )
    if of_field and all(_is_known(name, declared) for name in names):
        return True
    return _has_no_more(declared, names)


def _has_no_more(declared: Table, columns: list[str]) -> bool:
    """Whether what is made of these columns is known of the table: no field of unknown kind goes by them."""
    if declared.complete:
        return True
    return bool(declared.unsure) and not any(name in column for name in declared.unsure for column in columns)


def _columns(element: Index | ForeignKey | Check) -> list[str]:
    if isinstance(element, Index):
        return [key.column for key in element.keys if key.column is not None]
    return list(element.columns)


def _is_known(name: str, table: Table) -> bool:
    return any(column.name == name and not column.assumed for column in table.columns)


def _is_assumed(name: str, table: Table) -> bool:
    return any(column.name == name and column.assumed for column in table.columns)


def _told(found: list[Difference], declared: Catalog, recorded: Catalog) -> Iterator[Difference]:
    """What does not come of something else; whatever differs in a join table is one difference."""
    join_tables: set[Name] = set()
    for difference in found:
        if difference.table is None:
            yield difference
            continue
        here, there = declared.get(difference.table), recorded.get(difference.table)
        if here is None or there is None or _follows(difference, (here, there), declared, recorded):
            continue
        if here.framework_made and there.framework_made:
            certain = not any(key.assumed for table in (here, there) for key in table.foreign_keys)
            if certain and difference.table not in join_tables:
                join_tables.add(difference.table)
                yield Difference(
                    subject="table",
                    table=None,
                    name=str(difference.table),
                    left=here,
                    right=there,
                    aspect="definition",
                )
            continue
        yield difference


def _follows(
    difference: Difference, tables: tuple[Table, Table], declared: Catalog, recorded: Catalog
) -> bool:
    """Whether a difference comes of another one."""
    one, other = difference.left, difference.right
    index = one or other
    if isinstance(index, Index):
        return index.origin == "implicit" or index.framework_made
    if isinstance(one, Column) and isinstance(other, Column) and difference.aspect == "type":
        here, there = (_key_of(table, one.name) for table in tables)
        if here is None or there is None:
            return False
        return here.target == there.target or (here.enforced and there.enforced)
    if isinstance(one, ForeignKey) and isinstance(other, ForeignKey):
        return (
            one.target == other.target
            and (one.on_delete, one.on_update) == (other.on_delete, other.on_update)
            and one.target_columns == _primary_key(declared, one)
            and other.target_columns == _primary_key(recorded, other)
        )
    return False


def _key_of(table: Table, column: str) -> ForeignKey | None:
    return next((key for key in table.foreign_keys if key.columns == (column,)), None)


def _primary_key(catalog: Catalog, key: ForeignKey) -> tuple[str, ...]:
    target = catalog.get(key.target)
    found = None if target is None else target.primary_key
    return () if found is None else found.columns


DJANGO = Tool(
    command="`manage.py makemigrations` makes the migration",
    column=_column,
    index=_index,
    foreign_key=the_key,
    check=the_check,
    compare=_compare,
    minds=_minds,
    told=_told,
    framework_made=True,
    unenforced=True,
    holds=_holds,
    by_record=True,
)
