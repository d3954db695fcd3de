"""What there is to know of a framework's own tool that compares what is declared with what is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Catalog, Check, Column, ForeignKey, Index, RelationKind, Table
from schemalint.comparison import Difference, differences
from schemalint.knowledge.dialects import Dialect
from schemalint.rule import Database


def without_identity(column: Column, catalog: Catalog) -> Column:
    """A column as it is compared: an identity column and one with a sequence are alike."""
    return replace(column, identity=False)


def the_column(column: Column, catalog: Catalog) -> Column:
    """A column that is compared as it is."""
    return column


def the_index(index: Index, catalog: Catalog) -> Index | None:
    """An index that is compared as it is."""
    return index


def the_key(key: ForeignKey) -> ForeignKey:
    """A foreign key that is compared as it is."""
    return key


def the_check(check: Check) -> Check | None:
    """A check that is compared as it is."""
    return check


def index_by_shape(index: Index, catalog: Catalog) -> Index | None:
    """An index as it is compared without its name: whether it is a constraint is no matter either."""
    return _plain(index, name=None)


def index_by_name(index: Index, catalog: Catalog) -> Index | None:
    """An index as it is compared with its name, but for SQLite, which names its constraints itself."""
    return _plain(index, name=None if catalog.dialect == "sqlite" else index.name)


def _plain(index: Index, *, name: str | None) -> Index:
    if index.origin == "primary key":
        return replace(index, name=None)
    return replace(
        index,
        name=name,
        origin="explicit",
        immediate=True,
        deferred=False,
        valid=True,
        replica_identity=False,
    )


def key_by_shape(key: ForeignKey) -> ForeignKey:
    """A foreign key as it is compared without its name."""
    return key_by_name(replace(key, name=None))


def key_by_name(key: ForeignKey) -> ForeignKey:
    """A foreign key as it is compared with its name."""
    return replace(key, deferrable=False, deferred=False, validated=True)


def no_check(check: Check) -> Check | None:
    """Checks are not compared."""
    return None


def all_of_them(found: list[Difference], declared: Catalog, migrated: Catalog) -> Iterable[Difference]:
    """Every difference is told on its own."""
    return found


def never(difference: Difference, declared: Table, migrated: Table) -> bool:
    """Nothing is certain of tables that are not known in full."""
    return False


def whatever_differs(difference: Difference) -> bool:
    """Every difference counts."""
    return True


def label_sets_differ(difference: Difference) -> bool:
    """Whether the labels of a type differ in more than their order."""
    one, other = difference.left, difference.right
    return not (isinstance(one, tuple) and isinstance(other, tuple)) or set(one) != set(other)


def as_they_are(declared: Catalog, migrated: Catalog) -> tuple[Catalog, Catalog]:
    """Two sides of which one says nothing about how the other is compared."""
    return declared, migrated


def only_numbered(difference: Difference, dialect: Dialect) -> bool:
    """Whether a difference is SQLite's AUTOINCREMENT alone, which says nothing of what a column holds."""
    one, other = difference.left, difference.right
    if dialect != "sqlite" or difference.aspect != "generation":
        return False
    return isinstance(one, Column) and isinstance(other, Column) and one.generated == other.generated


def fact_by_fact(database: Database, declared: Catalog, migrated: Catalog) -> Iterable[Difference]:
    """Every difference between the two sides as they are compared."""
    found = differences(declared, migrated)
    return [difference for difference in found if not only_numbered(difference, declared.dialect)]


class Tool(Struct, frozen=True, kw_only=True):
    """What a tool compares of a table, and which differences it minds.

    `column`, `index`, `foreign_key` and `check` give an element as the tool sees it; an index or a check may
    be none of its business. `sides` gives two catalogs of such elements as the tool sees one beside the
    other, and `compare` finds what differs: a tool that pairs elements by rules of its own brings its own.
    `minds` is asked of each difference, and of what it minds `told` is reported: not what only comes of
    another difference. `holds` is asked whether a difference is certain although there may be more of either
    table than is known.

    `framework_made` says that it compares tables that nobody wrote, `kinds` which kinds of relations are
    tables to it, `unmade` that it compares what is known of tables that no migration makes,
    `unenforced` that `compare` and `told` see the foreign keys that the database does not enforce;
    `nearly_all` that two sides that have few tables in common are held to tell of two databases; `by_record`
    that what is declared is compared with what the migrations say, and not with the database that they make.
    """

    command: str | None = None
    """What makes the migration that is missing."""
    column: Callable[[Column, Catalog], Column] = without_identity
    index: Callable[[Index, Catalog], Index | None] = index_by_shape
    foreign_key: Callable[[ForeignKey], ForeignKey] = key_by_shape
    check: Callable[[Check], Check | None] = no_check
    sides: Callable[[Catalog, Catalog], tuple[Catalog, Catalog]] = as_they_are
    compare: Callable[[Database, Catalog, Catalog], Iterable[Difference]] = fact_by_fact
    minds: Callable[[Difference], bool] = label_sets_differ
    told: Callable[[list[Difference], Catalog, Catalog], Iterable[Difference]] = all_of_them
    holds: Callable[[Difference, Table, Table], bool] = never
    framework_made: bool = False
    kinds: frozenset[RelationKind] = frozenset({"table"})
    unmade: bool = False
    unenforced: bool = False
    nearly_all: bool = False
    by_record: bool = False
