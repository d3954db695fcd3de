"""Which triggers there are, and which functions may not be dropped for their sake (PostgreSQL).

Triggers are in no catalog: they are followed beside it, and forgotten rather than believed.
"""

from __future__ import annotations

from schemalint.catalog import Catalog, Name, TableKey
from schemalint.operations import DropSchema, DropTable, Opaque, Operation, RenameSchema
from schemalint.operations.rows import CreateTrigger, DropFunction, DropTrigger
from schemalint.replay.refusal import Refused


class Triggers:
    """The triggers of a database: by table and name, the function that each calls."""

    def __init__(self) -> None:
        self._functions: dict[tuple[TableKey, str], TableKey] = {}

    def copy(self) -> Triggers:
        """The same, to go on from here in another way."""
        other = Triggers()
        other._functions = dict(self._functions)
        return other

    def follow(self, catalog: Catalog, operation: Operation) -> None:
        """What an operation makes of them; `catalog` is the one before it."""
        match operation:
            case CreateTrigger(table=Name() as table) if operation.guard is None:
                here = _key(catalog, table)
                self._functions[here, operation.name] = catalog.key(catalog.placed(operation.function))
            case DropTrigger(table=Name() as table):
                self._functions.pop((_key(catalog, table), operation.name), None)
            case DropTable():
                gone = _key(catalog, operation.table)
                self._functions = {key: value for key, value in self._functions.items() if key[0] != gone}
            case DropFunction() if operation.cascade:
                gone = catalog.key(catalog.placed(operation.function))
                self._functions = {key: value for key, value in self._functions.items() if value != gone}
            case DropSchema() | RenameSchema():
                self._functions.clear()
            case Opaque(tables=None):
                self._functions.clear()

    def on(self, table: TableKey) -> bool:
        """Whether a table has any, as far as they are known."""
        return any(owner == table for owner, _ in self._functions)

    def check(self, catalog: Catalog, operation: Operation) -> None:
        """Refused if a function is dropped that a trigger calls; its own condition may see to that."""
        if not isinstance(operation, DropFunction) or operation.cascade or operation.guard is not None:
            return
        gone = catalog.key(catalog.placed(operation.function))
        for (table, name), function in self._functions.items():
            if function == gone and table in catalog.tables:
                owner = catalog.tables[table].name
                raise Refused(f"the trigger {name} of {owner} calls {operation.function}()")


def _key(catalog: Catalog, name: Name) -> TableKey:
    return catalog.key(catalog.known_as(name))
