"""The steps of a batch, and what they say before they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.forks import Branch
from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Value
from schemalint.frontends.sqlalchemy_constructs.defaults import Fetched
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.operations import DropConstraint, Operation

Make = Callable[[], list[Operation]]


class Step:
    """One directive of a batch: its name, and the operations that it is, worked out when the batch ends.

    `branches` are the undecided conditions under which it was said.
    """

    __slots__ = ("arguments", "branches", "make", "name")

    def __init__(self, name: str, arguments: Arguments, make: Make, branches: tuple[Branch, ...]) -> None:
        self.name = name
        self.arguments = arguments
        self.make = make
        self.branches = branches


def dropped_names(steps: list[Step]) -> Iterator[Value]:
    """The columns that are dropped, and the constraints by the names that they have in the database."""
    for step in steps:
        if step.name == "drop_column":
            yield step.arguments.get(0, "column_name")
        elif step.name == "drop_constraint":
            yield from (one.name for one in step.make() if isinstance(one, DropConstraint))


def lost_columns(steps: list[Step]) -> list[Value]:
    """The names that no column has afterwards: of those that are dropped or renamed, and not added again."""
    columns = (step.arguments.get(0, "column") for step in steps if step.name == "add_column")
    added = {column.name for column in columns if isinstance(column, ColumnItem)}
    names = [step.arguments.get(0, "column_name") for step in steps if _loses_column(step)]
    return [name for name in names if name not in added]


def _loses_column(step: Step) -> bool:
    renames = step.name == "alter_column" and "new_column_name" in step.arguments.keywords
    return renames or step.name == "drop_column"


def is_more_than_a_column(step: Step) -> bool:
    """Whether a new column has a default that is worked out, or a constraint, which is added by itself."""
    column = step.arguments.get(0, "column")
    if not isinstance(column, ColumnItem):
        return False
    default = column.server_default
    is_expression = isinstance(default, PythonObject) and not isinstance(default, EnumMember | Fetched)
    checked = column.type is not None and column.type.keywords.get("create_constraint") is True
    constrained = column.foreign_keys or checked or (column.unique and not column.index)
    computes = column.computed is not None and column.stored is True
    return is_expression or computes or bool(constrained)
