"""What schema items need to know of the run they are part of: the dialect, and who takes their operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.effects import Effects
from schemalint.knowledge.dialects import Dialect

if TYPE_CHECKING:
    from schemalint.catalog import Catalog
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_interpreter.objects import ClassObject
    from schemalint.frontends.python_interpreter.values import Site, Value
    from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
    from schemalint.operations import Operation


class SchemaEffects(Effects):
    """An account of what is done to a database of one dialect; this one keeps nothing.

    `catalog` is the database at the moment, None where there is none to ask. `tables` are those that were
    declared; `serial` numbers schema items in the order in which they are made; `listeners` wait for events
    of every table or MetaData; `outside` is the MetaData of bases that other packages define. `compilers` are
    classes of types, the names of dialects ("" for every one), and the functions that name the types there,
    with their places. `registered_types` are those that SQLAlchemy is told to know, once that is asked.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self.catalog: Catalog | None = None
        self.serial = 0
        self.tables: list[TableObject] = []
        self.listeners: list[tuple[str, Value]] = []
        self.outside: MetaDataObject | None = None
        self.compilers: list[tuple[Value, str, Value, Site]] = []
        self.registered_types: frozenset[str] | None = None

    def goes_on_from(self, other: SchemaEffects) -> None:
        """What was declared so far is declared here too."""
        self.serial, self.tables = other.serial, other.tables
        self.listeners, self.compilers = other.listeners, other.compilers

    def next_serial(self) -> int:
        """The number of a new schema item."""
        self.serial += 1
        return self.serial

    def class_made(self, interpreter: Interpreter, cls: ClassObject) -> None:
        """A class may be mapped by a base that another package defines."""
        from schemalint.frontends.sqlalchemy_constructs.outside_bases import map_by_outside_base

        map_by_outside_base(interpreter, cls)

    def emit(self, operation: Operation) -> None:
        """The program does this to the database."""


def effects_of(interpreter: object) -> SchemaEffects:
    """The account of an interpreter that runs SQLAlchemy code."""
    effects = getattr(interpreter, "effects", None)
    assert isinstance(effects, SchemaEffects)
    return effects


SQLALCHEMY_NAMES: dict[Dialect, str] = {
    "postgresql": "postgresql",
    "cockroachdb": "cockroachdb",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlserver": "mssql",
    "mongodb": "mongodb",
}
"""What `bind.dialect.name` is for each dialect; MariaDB is `mysql` unless its URL says otherwise."""

OPTION_PREFIXES: dict[Dialect, tuple[str, ...]] = {
    "postgresql": ("postgresql",),
    "cockroachdb": ("cockroachdb", "postgresql"),
    "mysql": ("mysql", "mariadb"),
    "mariadb": ("mariadb", "mysql"),
    "sqlite": ("sqlite",),
    "sqlserver": ("mssql",),
    "mongodb": (),
}
"""The prefixes of keyword arguments that are meant for a dialect, the one that decides first."""
