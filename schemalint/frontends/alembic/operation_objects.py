"""`alembic.operations.ops`: directives as objects, which `op.invoke` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    PythonObject,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class OperationObject(PythonObject):
    """`ops.AddColumnOp(…)`: the directive that it is, and what that would be given."""

    __slots__ = ("arguments", "directive")

    def __init__(self, directive: str, arguments: Arguments) -> None:
        self.directive = directive
        self.arguments = arguments

    def arguments_in_batch(self) -> Arguments:
        """What the directive of a batch would be given, which knows its table."""
        given, place = list(self.arguments.positional), 1 if self.directive in _NAMED_FIRST else 0
        keywords = dict(self.arguments.keywords)
        if keywords.pop("table_name", keywords.pop("source_table", None)) is None:
            del given[place : place + 1]
        return replace(self.arguments, positional=given, keywords=keywords)


class OperationClass(NativeClass):
    """A class of `alembic.operations.ops`, whose arguments are those of a directive but for some names."""

    __slots__ = ("directive",)

    def __init__(self, name: str, directive: str) -> None:
        super().__init__(f"alembic.operations.ops.{name}")
        self.directive = directive

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`from_table` and the like are not followed."""
        found = super().attribute(interpreter, name)
        return found if found is not MISSING else Unknown(f"{self.name}.{name}")

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What the project's own operation has from this one."""
        return Unknown(f"{self.name}.{name}")

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """The operation; what an operation of the project does is registered with it."""
        if cls is not None:
            return Unknown(f"an instance of {cls.name}")
        if self.directive == "create_table":
            return self._of_columns(interpreter, arguments)
        keywords = {_NAMES.get(name, name): value for name, value in arguments.keywords.items()}
        return OperationObject(self.directive, replace(arguments, keywords=keywords))

    def _of_columns(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`CreateTableOp`, which is given in a list what `create_table` is given one by one."""
        items = interpreter.items(arguments.get(1, "columns", ()))
        if isinstance(items, Unknown):
            return items
        keywords = {
            name: value for name, value in arguments.keywords.items() if name not in ("table_name", "columns")
        }
        positional = [arguments.get(0, "table_name"), *items]
        return OperationObject(self.directive, replace(arguments, positional=positional, keywords=keywords))


_NAMES = {
    "modify_nullable": "nullable",
    "modify_comment": "comment",
    "modify_server_default": "server_default",
    "modify_name": "new_column_name",
    "modify_type": "type_",
}
"""What `AlterColumnOp` calls the arguments of `alter_column`."""

_NAMED_FIRST = frozenset(
    {
        "create_index",
        "drop_index",
        "create_primary_key",
        "create_unique_constraint",
        "create_foreign_key",
        "create_check_constraint",
        "drop_constraint",
    }
)
"""Directives whose table stands behind the name of what they make or drop."""

_DIRECTIVES = {
    "CreateTableOp": "create_table",
    "DropTableOp": "drop_table",
    "RenameTableOp": "rename_table",
    "CreateTableCommentOp": "create_table_comment",
    "DropTableCommentOp": "drop_table_comment",
    "AddColumnOp": "add_column",
    "DropColumnOp": "drop_column",
    "AlterColumnOp": "alter_column",
    "CreateIndexOp": "create_index",
    "DropIndexOp": "drop_index",
    "CreatePrimaryKeyOp": "create_primary_key",
    "CreateUniqueConstraintOp": "create_unique_constraint",
    "CreateForeignKeyOp": "create_foreign_key",
    "CreateCheckConstraintOp": "create_check_constraint",
    "DropConstraintOp": "drop_constraint",
    "BulkInsertOp": "bulk_insert",
    "ExecuteSQLOp": "execute",
}


def operation_classes() -> dict[str, Value]:
    """The classes under the names by which they are imported."""
    return {
        f"alembic.operations.ops.{name}": OperationClass(name, directive)
        for name, directive in _DIRECTIVES.items()
    }
