"""What a database answers when it will not do as it is told."""

from __future__ import annotations

from schemalint.catalog import Catalog, ForeignKey, Name, Table
from schemalint.operations import Failure


class Refused(Exception):
    """The database would have answered this operation with an error."""


class UnknownTable(Refused):
    """No table of that name; `optional` if the operation says IF EXISTS."""

    def __init__(self, name: Name, optional: bool = False) -> None:
        super().__init__(f"there is no table {name}")
        self.name = name
        self.optional = optional


def rests(foreign_key: ForeignKey, table: Table, what: str) -> str:
    """That a foreign key of a table rests on something, as a reason."""
    return f"the foreign key {foreign_key.name} of {table.name} rests on {what}"


def failed(catalog: Catalog, operation: Failure) -> Catalog:
    """Refused, as the operation says."""
    raise Refused(operation.reason)


def known_table(catalog: Catalog, name: Name, optional: bool = False) -> Table:
    """The relation that a statement means by `name`; UnknownTable if there is none."""
    table = catalog.find(name)
    if table is None:
        raise UnknownTable(name, optional)
    return table
