"""`session.query(…)`: it asks for every column that its classes are mapped to, at the time of the revision.

A class of the application has the columns of today, and the table those of then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import rendering
from schemalint.frontends.sqlalchemy_constructs.account import Account
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.mapped_attributes import Mapping
from schemalint.operations.rows import NamedColumn, Rows

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_REFINING = frozenset(
    "filter filter_by where join outerjoin order_by limit offset distinct group_by having select_from"
    " execution_options enable_eagerloads autoflush populate_existing yield_per with_for_update".split()
)
_ASKING = frozenset("all first one one_or_none get count".split())


class Query(PythonObject):
    """A query, however it is refined, until its rows are asked for.

    What may ask for fewer columns (`options`, `with_entities`, `update`, `delete`) gives something unknown.
    """

    __slots__ = ("classes", "site")

    def __init__(self, classes: tuple[ClassObject, ...], site: Site) -> None:
        self.classes = classes
        self.site = site

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What refines the query gives it again; what asks for rows runs it."""
        if name in _REFINING:
            return Native(f"Query.{name}", lambda machine, given: self)
        if name in _ASKING:
            return Native(f"Query.{name}", lambda machine, given: self._asked(machine))
        return _given()

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """The rows."""
        return self._asked(interpreter)

    def _asked(self, interpreter: Interpreter) -> Unknown:
        """Run it. On the way up it has run before, and it changes nothing."""
        account = effects_of(interpreter)
        undoes = isinstance(account, Account) and account.undoes
        for cls in self.classes if undoes else ():
            mapping = cls.mapping
            table = mapping.table if isinstance(mapping, Mapping) else None
            if table is None:
                continue
            name = rendering.table_name(table)
            columns = tuple(
                NamedColumn(column.name, (name,))
                for column in table.columns
                if isinstance(column.name, str) and "deferred" not in column.given
            )
            rows = Rows(verb="select", table=name, columns=columns, span=self.site.span)
            account.emit(rows)
        return _given()


def query(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`session.query(…)`."""
    classes = tuple(value for value in arguments.positional if isinstance(value, ClassObject))
    return Query(classes, arguments.site)


def _given() -> Unknown:
    return Unknown("what a query gives")
