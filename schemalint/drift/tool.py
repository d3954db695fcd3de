"""What there is to know of a framework's own tool that compares what is declared with what is made."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, ForeignKey, Index
from schemalint.comparison import Difference


def as_it_is(column: Column, catalog: Catalog) -> Column:
    """A column as it is compared: an identity column and one with a sequence are alike."""
    return replace(column, identity=False)


def index_by_shape(index: Index, catalog: Catalog) -> Index | None:
    """An index as it is compared without its name: whether it is a constraint is no matter either."""
    return _plain(index, name=None)


def index_by_name(index: Index, catalog: Catalog) -> Index | None:
    """An index as it is compared with its name, but for SQLite, which names its constraints itself."""
    return _plain(index, name=None if catalog.dialect == "sqlite" else index.name)


def _plain(index: Index, *, name: str | None) -> Index:
    if index.origin == "primary key":
        return replace(index, name=None)
    return replace(index, name=name, origin="explicit", immediate=True, valid=True, replica_identity=False)


def key_by_shape(key: ForeignKey) -> ForeignKey:
    """A foreign key as it is compared without its name."""
    return key_by_name(replace(key, name=None))


def key_by_name(key: ForeignKey) -> ForeignKey:
    """A foreign key as it is compared with its name."""
    return replace(key, deferrable=False, validated=True)


def label_sets_differ(difference: Difference) -> bool:
    """Whether the labels of a type differ in more than their order."""
    one, other = difference.left, difference.right
    return not (isinstance(one, tuple) and isinstance(other, tuple)) or set(one) != set(other)


def as_they_are(declared: Catalog, migrated: Catalog) -> tuple[Catalog, Catalog]:
    """Two sides of which one says nothing about how the other is compared."""
    return declared, migrated


class Tool(Struct, frozen=True, kw_only=True):
    """What a tool compares of a table, and which differences it minds.

    `column`, `index` and `foreign_key` give an element as the tool sees it; an index may be none of its
    business. `sides` gives two catalogs of such elements as the tool sees one beside the other. `minds` is
    asked of each difference that is left. `framework_made` says whether it compares tables that nobody wrote.
    `nearly_all` says that two sides that have few tables in common are held to tell of two databases.
    """

    command: str | None = None
    """What makes the migration that is missing."""
    column: Callable[[Column, Catalog], Column] = as_it_is
    index: Callable[[Index, Catalog], Index | None] = index_by_shape
    foreign_key: Callable[[ForeignKey], ForeignKey] = key_by_shape
    sides: Callable[[Catalog, Catalog], tuple[Catalog, Catalog]] = as_they_are
    minds: Callable[[Difference], bool] = label_sets_differ
    framework_made: bool = False
    nearly_all: bool = False
