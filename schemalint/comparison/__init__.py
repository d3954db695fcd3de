"""What differs between two catalogs, fact by fact, in words that can be put into a sentence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import VIEWS, Catalog, Check, Column, ForeignKey, Index, Key, Name, Table
from schemalint.comparison.defaults import DefaultsDiffer, default_differs
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect, folded
from schemalint.knowledge.expressions import normal, significant, without_usual_schemas
from schemalint.knowledge.types import canonical_type
from schemalint.source import Span

Subject = Literal["type", "table", "view", "column", "primary key", "index", "foreign key", "check"]
Member = Column | Index | ForeignKey | Check
Element = Table | Member | tuple[str, ...]

_Member = TypeVar("_Member")


class Difference(Struct, frozen=True, kw_only=True):
    """One fact in which two catalogs differ.

    `left` and `right` are the element in either; one of them is None where that catalog has none.
    `aspect` is what differs of an element that both have ("type", "nullability", …), None for the whole.
    An element of a type is its labels.
    """

    subject: Subject
    table: Name | None
    name: str
    left: Element | None = None
    right: Element | None = None
    aspect: str | None = None

    def __str__(self) -> str:
        """The thing: "column users.name", "index users_name_idx", "the type of column users.name"."""
        thing = f"{self.subject} {self.name}"
        if self.table is not None:
            if self.subject == "column":
                thing = f"column {self.table}.{self.name}"
            elif self.subject == "primary key":
                thing = f"the primary key of {self.table}"
            elif self.subject in ("foreign key", "check", "index"):
                thing = f"{self.subject} {self.name} of {self.table}"
        return thing if self.aspect is None else f"the {self.aspect} of {thing}"

    @property
    def span(self) -> Span | None:
        """Where the element is written: the right one's place, or else the left one's."""
        for element in (self.right, self.left):
            if element is not None and not isinstance(element, tuple):
                return element.span
        return None


def difference_of(
    table: Name, left: Member | None, right: Member | None, aspect: str = "definition"
) -> Difference:
    """What differs of a member of a table that at least one side has; `aspect` where both have it."""
    known = left if left is not None else right
    assert known is not None
    subject: Subject
    if isinstance(known, Column):
        subject, name = "column", known.name
    elif isinstance(known, Check):
        subject, name = "check", known.name or f"({known.expression})"
    else:
        subject, name = "foreign key", known.name or f"({', '.join(known.columns)})"
        if isinstance(known, Index):
            subject = "primary key" if known.origin == "primary key" else "index"
    both = left is not None and right is not None
    return Difference(
        subject=subject, table=table, name=name, left=left, right=right, aspect=aspect if both else None
    )


def differences(
    left: Catalog, right: Catalog, defaults_differ: DefaultsDiffer | None = None
) -> Iterator[Difference]:
    """Every difference; tables in the order of the left catalog, then those that only the right one has.

    Catalogs share what did not change between them, so this costs what differs. `defaults_differ` says it of
    the defaults of two columns, where it is not `default_differs`.
    """
    if left.types is not right.types:
        yield from _type_differences(left, right)
    if left.tables is right.tables:
        return
    for key, table in left.tables.items():
        other = right.tables.get(key)
        if other is table or not _counts(table):
            continue
        if other is None or not _counts(other):
            yield _whole(table, left=table)
        elif (table.kind == "view") != (other.kind == "view"):
            yield _whole(table, left=table)
            yield _whole(other, right=other)
        else:
            yield from _table_differences(table, other, left, right, defaults_differ or default_differs)
    for key, other in right.tables.items():
        if _counts(other) and not (key in left.tables and _counts(left.tables[key])):
            yield _whole(other, right=other)


def _counts(table: Table) -> bool:
    """Whether a table is in the database for certain, and for longer than a session."""
    return not (table.temporary or table.assumed)


def _whole(table: Table, *, left: Table | None = None, right: Table | None = None) -> Difference:
    subject: Subject = "view" if table.kind in VIEWS else "table"
    return Difference(subject=subject, table=None, name=str(table.name), left=left, right=right)


def _type_differences(left: Catalog, right: Catalog) -> Iterator[Difference]:
    for key in dict.fromkeys([*left.types, *right.types]):
        one, other = left.types.get(key), right.types.get(key)
        name = str(Name(key[1], key[0]))
        if key not in right.types:
            yield Difference(subject="type", table=None, name=name, left=one or ())
        elif key not in left.types:
            yield Difference(subject="type", table=None, name=name, right=other or ())
        elif one is not None and other is not None and one != other:
            yield Difference(subject="type", table=None, name=name, left=one, right=other, aspect="labels")


def _table_differences(
    one: Table, other: Table, left: Catalog, right: Catalog, defaults_differ: DefaultsDiffer
) -> Iterator[Difference]:
    """Every difference between two states of one table."""
    dialect = left.dialect
    name = one.name
    for column, column_now in _matched(
        one.columns, other.columns, lambda member: folded(member.name, dialect)
    ):
        if column is None or column_now is None:
            yield difference_of(name, column, column_now)
            continue
        for aspect in _column_aspects(
            _as_kept(column, one, dialect), _as_kept(column_now, other, dialect), dialect, defaults_differ
        ):
            yield difference_of(name, column, column_now, aspect)
    indexes, indexes_now = (_with_collations(table, dialect) for table in (one, other))
    for index, index_now in _matched(indexes, indexes_now, lambda member: _index_name(member, dialect)):
        if (
            index is None
            or index_now is None
            or _index_shape(index, dialect) != _index_shape(index_now, dialect)
        ):
            yield difference_of(name, index, index_now)
    for key, key_now in _matched(
        one.foreign_keys, other.foreign_keys, lambda member: _constraint_name(member, dialect)
    ):
        if key is None or key_now is None or not same_foreign_key(key, key_now, left, right):
            yield difference_of(name, key, key_now)
    for check, check_now in _matched(
        one.checks, other.checks, lambda member: _constraint_name(member, dialect)
    ):
        if check is None or check_now is None or not _same_condition(check, check_now):
            yield difference_of(name, check, check_now)


def _with_collations(table: Table, dialect: Dialect) -> tuple[Index, ...]:
    """The indexes, of which SQLite lists the collations that their columns have."""
    collations = {column.name: column.collation for column in table.columns if column.collation is not None}
    if dialect != "sqlite" or not collations:
        return table.indexes
    return tuple(
        replace(
            index,
            keys=tuple(
                key
                if key.collation is not None or key.column is None
                else replace(key, collation=collations.get(key.column))
                for key in index.keys
            ),
        )
        for index in table.indexes
    )


def _matched(
    left: tuple[_Member, ...], right: tuple[_Member, ...], identity: Callable[[_Member], Hashable]
) -> Iterator[tuple[_Member | None, _Member | None]]:
    """Members of either side that are the same one, and those that have no partner."""
    if left is right:
        return
    waiting: dict[Hashable, list[_Member]] = {}
    for member in right:
        waiting.setdefault(identity(member), []).append(member)
    for member in left:
        partners = waiting.get(identity(member))
        partner = partners.pop(0) if partners else None
        if partner is not member:
            yield member, partner
    for partners in waiting.values():
        for member in partners:
            yield None, member


def _as_kept(column: Column, table: Table, dialect: Dialect) -> Column:
    """The column; SQLite never keeps a null in the one that is its rowid, NOT NULL or not."""
    primary = table.primary_key if dialect == "sqlite" and column.nullable else None
    if primary is None or primary.columns != (column.name,) or column.type.lower() != "integer":
        return column
    return replace(column, nullable=False)


def _column_aspects(
    one: Column, other: Column, dialect: Dialect, defaults_differ: DefaultsDiffer
) -> Iterator[str]:
    if types_differ(one.type, other.type, dialect):
        yield "type"
    if one.nullable != other.nullable:
        yield "nullability"
    if defaults_differ(one, other, dialect):
        yield "default"
    if (one.generated is None) != (other.generated is None) or one.identity != other.identity:
        yield "generation"
    elif one.generated != other.generated and significant(one.generated) != significant(other.generated):
        yield "expression"


def types_differ(one: str, other: str, dialect: Dialect) -> bool:
    """Whether two types are known and not alike; whose name has no schema may be of any."""
    if not (one and other) or one == other:
        return False
    first, second = canonical_type(one, dialect), canonical_type(other, dialect)
    if dialect in POSTGRESQL_FAMILY and ("." in first) != ("." in second):
        first, second = first.rpartition(".")[2], second.rpartition(".")[2]
    return first.strip('"') != second.strip('"')


def column_of_unknown_type(left: Catalog, right: Catalog) -> str | None:
    """A column whose type is known on one side only: no difference shows, and there may be one."""
    for key, table in left.tables.items():
        other = right.tables.get(key)
        if other is None or other is table:
            continue
        for column in table.columns:
            same = other.column(column.name, right.dialect)
            if same is not None and bool(same.type) != bool(column.type):
                return f"{table.name}.{column.name}"
    return None


def _index_name(index: Index, dialect: Dialect) -> Hashable:
    if index.origin == "primary key":
        return "primary key"
    if index.name is not None and not (dialect == "sqlite" and index.is_constraint):
        return folded(index.name, dialect), None
    return _index_shape(index, dialect)


def _index_shape(index: Index, dialect: Dialect) -> Hashable:
    return (
        index.name if index.origin == "primary key" and dialect in POSTGRESQL_FAMILY else None,
        index.unique,
        tuple(_key_part(key, dialect) for key in index.keys),
        index.method,
        significant(index.predicate),
        tuple(folded(name, dialect) for name in index.include),
        index.nulls_distinct,
        index.immediate,
        index.deferred,
        index.is_constraint and dialect not in MYSQL_FAMILY,
        index.valid,
        index.visible,
    )


def _key_part(key: Key, dialect: Dialect) -> Hashable:
    subject = folded(key.column, dialect) if key.column is not None else f"<{normal(key.expression)}>"
    nulls_first = key.nulls == "first" if key.nulls is not None else key.order == "desc"
    operator_class = without_usual_schemas(key.operator_class or "")
    return subject, key.order, nulls_first, (key.collation or "").lower(), operator_class, key.length


def _constraint_name(constraint: ForeignKey | Check, dialect: Dialect) -> Hashable:
    if constraint.name is not None and dialect != "sqlite":
        return folded(constraint.name, dialect)
    if isinstance(constraint, Check):
        return significant(constraint.expression)
    return tuple(folded(column, dialect) for column in constraint.columns), constraint.target


def _same_condition(one: Check, other: Check) -> bool:
    if one.validated != other.validated:
        return False
    return one.expression == other.expression or significant(one.expression) == significant(other.expression)


def same_foreign_key(one: ForeignKey, other: ForeignKey, left: Catalog, right: Catalog) -> bool:
    """Whether two foreign keys are alike; to name no target columns is to mean the primary key's."""
    if _key_shape(one, left) != _key_shape(other, right):
        return False
    dialect = left.dialect
    if bool(one.target_columns) == bool(other.target_columns):
        targets = (one.target_columns, other.target_columns)
    else:
        targets = (_target_columns(one, left), _target_columns(other, right))
    return [folded(name, dialect) for name in targets[0]] == [folded(name, dialect) for name in targets[1]]


def _target_columns(key: ForeignKey, catalog: Catalog) -> tuple[str, ...]:
    if key.target_columns:
        return key.target_columns
    target = catalog.get(key.target)
    primary = target.primary_key if target is not None else None
    return () if primary is None else primary.columns


def _key_shape(key: ForeignKey, catalog: Catalog) -> Hashable:
    dialect = catalog.dialect
    return (
        tuple(folded(column, dialect) for column in key.columns),
        catalog.key(key.target),
        _action(key.on_delete, dialect),
        _action(key.on_update, dialect),
        key.deferrable,
        key.deferred,
        key.enforced,
        key.validated,
        key.sets,
        key.match_full,
    )


def _action(action: str, dialect: Dialect) -> str:
    return "no action" if action == "restrict" and dialect in MYSQL_FAMILY else action
