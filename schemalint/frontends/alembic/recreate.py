"""Batch mode on SQLite: the table is read back, changed, made anew under its name, and its indexes with it.

Other databases make a table anew where they are told to, and here where its new form is given.

What comes of it is told in plain operations. Some things do not survive: SQLAlchemy reads no indexes on
expressions back from SQLite, and no directions of keys (`get_indexes` in `dialects/sqlite/base.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Check, ForeignKey, Index, Name, Table
from schemalint.frontends.alembic.altered_columns import checks_of_type
from schemalint.frontends.alembic.batch_columns import BatchColumns, UnknownColumn
from schemalint.frontends.alembic.batch_constraints import (
    constraints_made,
    dropped_name,
    is_nameless,
    without_constraint,
)
from schemalint.frontends.alembic.batch_keys import key_of_column
from schemalint.frontends.alembic.batch_losses import lost_with, survivors
from schemalint.frontends.alembic.batch_obstacles import obstacles
from schemalint.frontends.alembic.batch_reflection import (
    reread_columns,
    reread_indexes,
    unread_constraints,
)
from schemalint.frontends.alembic.batch_steps import Step, dropped_names, is_more_than_a_column, lost_columns
from schemalint.frontends.alembic.copied_table import replaced, temporary_name
from schemalint.frontends.alembic.directive_arguments import ends_downgrade
from schemalint.frontends.alembic.sqlite_types import registered_types
from schemalint.frontends.alembic.table_directives import added_column
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import Arguments, Value
from schemalint.frontends.sqlalchemy_constructs import creating, naming, reflection
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ConstraintItem
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import constraint_operation
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.operations import (
    AddCheck,
    AddIndex,
    ConstraintKind,
    DropColumn,
    DropConstraint,
    DropIndex,
    Failure,
    Opaque,
    Operation,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_IN_PLACE = frozenset({"add_column", "create_index", "drop_index"})


class Recreation:
    """One batch on one table."""

    def __init__(
        self, interpreter: Interpreter, table: str, schema: str | None, arguments: Arguments
    ) -> None:
        self.interpreter = interpreter
        self.account = account_of(interpreter)
        self.name = Name(table, schema)
        self.arguments = arguments
        self.options = arguments.keywords

    def is_wanted(self, steps: list[Step]) -> bool:
        """Whether the batch makes the table anew (`requires_recreate_in_batch`)."""
        recreate = self.options.get("recreate", "auto")
        if self.account.dialect != "sqlite":
            return recreate == "always" and isinstance(self.options.get("copy_from"), TableObject)
        if recreate in ("always", "never"):
            return bool(recreate == "always")
        return any(
            step.name not in _IN_PLACE or (step.name == "add_column" and is_more_than_a_column(step))
            for step in steps
        )

    def run(self, steps: list[Step]) -> None:
        """Emit what the steps say and what making the table anew does besides."""
        copied = self.options.get("copy_from")
        if isinstance(copied, TableObject):
            exists, site = self._table() is not None, self.arguments.site
            self._emit_all(
                replaced(
                    self.interpreter, self.name, copied, site, dialect=self.account.dialect, exists=exists
                )
            )
        self._check_names(steps)
        before = self._table()
        if before is not None and self.account.undoes:
            catalog = self.account.run.catalog
            for reason in obstacles(before, catalog, tuple(dropped_names(steps)), lost_columns(steps)):
                self.account.emit(Failure(reason=reason, span=self.arguments.site.span))
        names = self._conventional_names(before)
        dropped: set[str] = set()
        columns = BatchColumns(before)
        if before is not None and not isinstance(copied, TableObject):
            for constraint in unread_constraints(before):
                dropped.add(constraint.name or "")
                self.account.emit(without_constraint(self.name, constraint, self.arguments.site.span))
        for step in sorted(steps, key=_turn):
            for operation in self._added(step) if step.name == "add_column" else step.make():
                dropped.add(dropped_name(operation))
                known = self._known(operation, columns)
                for exact in self._exact(known, names) if known is not None else ():
                    self.account.emit(self.account.under(exact, step.branches))
        after, span = self._table(), self.arguments.site.span
        if before is not None and after is not None and after.complete:
            self._emit_all(survivors(before, after, dropped, span, undoes=self.account.undoes))
        for item in self._table_args():
            self._emit_item(item)
        if not isinstance(copied, TableObject):
            self._reread(before)

    def _check_names(self, steps: list[Step]) -> None:
        """A batch makes no constraint without a name, which it looks at before it does anything."""
        if not self.interpreter.attempts and not ends_downgrade(self.interpreter):
            return
        made = (one for step in steps if _turn(step) in (1, 2) for one in step.make())
        if any(map(is_nameless, made)):
            self._refuse("Constraint must have a name")
            reason = f"a batch makes no constraint of {self.name} without a name"
            self.account.emit(Failure(reason=reason, span=self.arguments.site.span))

    def _known(self, operation: Operation, columns: BatchColumns) -> Operation | None:
        """What comes of an operation by the names under which the batch knows its columns."""
        try:
            return columns.told(operation)
        except UnknownColumn as unknown:
            if self.interpreter.attempts:
                raise Raised("builtins.KeyError", str(unknown)) from unknown
            if not self.account.undoes:
                return operation
            return Failure(reason=f"the batch knows no column {unknown}", span=operation.span)

    def _added(self, step: Step) -> list[Operation]:
        """A new column, and the check of its type.

        An index that comes with it is made twice, once named after the temporary table.
        """
        column, span = step.arguments.get(0, "column"), step.arguments.site.span
        temporary = temporary_name(self.name.name)
        found = added_column(self.interpreter, temporary, self.name.schema, column, step.arguments)
        twice = [replace(one, table=self.name) for one in found if isinstance(one, AddIndex)]
        own = [*step.make(), *key_of_column(self.name, self._table(), column, span)]
        if isinstance(column, ColumnItem) and column.name is not None and column.type is not None:
            checks = checks_of_type(self.interpreter, self.name, column.name, column.type, step.arguments)
            own += [AddCheck(table=self.name, check=check, span=span) for check in checks]
        return [*own[:1], *(one for one in twice if one.index.origin == "explicit"), *own[1:]]

    def _table(self) -> Table | None:
        return self.account.run.catalog.find(self.name)

    def _conventional_names(self, table: Table | None) -> dict[str, Operation]:
        """How to drop the constraints that have no name but one by the batch's naming convention."""
        convention = self.options.get("naming_convention")
        if not isinstance(convention, dict) or table is None:
            return {}
        metadata = MetaDataObject(self.arguments.site, convention)
        made = TableObject(table.name.name, metadata, table.name.schema, self.arguments.site)
        reflection.fill(self.interpreter, made, table, self.account.run.catalog, self.arguments.site)
        found: dict[str, Operation] = {}
        for item in [one for one in made.constraints if one.name is None]:
            naming.named(self.interpreter, item, made, metadata.naming_convention)
            columns = item.column_names()
            if isinstance(item.name, str) and columns is not None:
                kind = _KINDS.get(item.kind, "any")
                found[item.name] = DropConstraint(
                    table=self.name, name=None, kind=kind, columns=tuple(columns)
                )
        return found

    def _exact(self, operation: Operation, names: dict[str, Operation]) -> list[Operation]:
        """The operations that come of one: by `names` of a convention, behind what makes room for it."""
        table = self._table()
        instead: list[Operation] = []
        match operation:
            case DropConstraint(name=str(name)):
                if name in names and not self._is_seen(name):
                    return [replace(names.pop(name), span=operation.span, guard=operation.guard)]
                if not self._has(name):
                    self._refuse(f"No such constraint: '{name}'")
            case DropIndex(index=index) if not self._has(index.name):
                self._refuse(f"No such index: '{index.name}'")
            case DropColumn() if table is not None:
                instead += lost_with(operation, table)
            case AddIndex(index=Index(origin="primary key")):
                if table is not None and table.primary_key is not None:
                    instead.append(without_constraint(self.name, table.primary_key, operation.span))
            case _:
                instead += self._of_same_names(operation, names)
        guarded = [replace(one, span=operation.span, guard=operation.guard) for one in instead]
        return [*guarded, operation]

    def _of_same_names(self, operation: Operation, names: dict[str, Operation]) -> Iterator[Operation]:
        """How to drop the constraints whose names those have that an operation makes."""
        for constraint in constraints_made(operation):
            if constraint.name is None:
                continue
            if constraint.name in names:
                yield names.pop(constraint.name)
            elif self._has_surely(constraint.name):
                yield DropConstraint(table=self.name, name=constraint.name)

    def _has_surely(self, name: str) -> bool:
        table = self._table()
        return table is not None and self._has(name) and table.complete

    def _has(self, name: str) -> bool:
        """Whether the table has a constraint or index of that name, or may have one."""
        table = self._table()
        return table is None or not table.complete or self._is_seen(name)

    def _is_seen(self, name: str) -> bool:
        table = self._table()
        if table is None:
            return False
        named: list[ForeignKey | Index | Check] = [*table.foreign_keys, *table.indexes, *table.checks]
        names = [*(item.name for item in named), *(index.repeated_by for index in table.indexes)]
        return name.lower() in {one.lower() for one in names if one is not None}

    def _refuse(self, message: str) -> None:
        """Alembic looks at the table itself, and raises what code may handle."""
        if self.interpreter.attempts:
            raise Raised("builtins.ValueError", message)

    def _table_args(self) -> list[Value]:
        items = self.interpreter.items(self.options.get("table_args", ()))
        return items if isinstance(items, list) else []

    def _emit_item(self, item: Value) -> None:
        if not isinstance(item, ConstraintItem):
            reason = "what else of a table a batch is given"
            self.account.emit(Opaque(reason=reason, tables=(self.name,), span=self.arguments.site.span))
            return
        table = TableObject(self.name.name, MetaDataObject(self.arguments.site), None, self.arguments.site)
        table.add(self.interpreter, item)
        if item in table.indexes:
            for operation in creating.create_indexes(self.interpreter, table):
                self.account.emit(operation)
        else:
            self.account.emit(constraint_operation(self.interpreter, item, table, self.arguments))

    def _reread(self, before: Table | None) -> None:
        """What was copied is now as it was read back."""
        after = self._table()
        if before is None or after is None:
            return
        span, columns = self.arguments.site.span, {column.name for column in before.columns}
        self._emit_all(reread_columns(after, columns, self._counted(after), self._registered, span))
        self._emit_all(reread_indexes(after, {index.name for index in before.indexes}, span))

    def _emit_all(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            self.account.emit(operation)

    def _registered(self) -> frozenset[str]:
        if self.account.registered_types is None:
            self.account.registered_types = registered_types(self.interpreter.project.sources)
        return self.account.registered_types

    def _counted(self, after: Table) -> str | None:
        """The column that gets AUTOINCREMENT: that is not read back, and `table_kwargs` may say it."""
        options = self.options.get("table_kwargs")
        primary = after.primary_key
        if not isinstance(options, dict) or options.get("sqlite_autoincrement") is not True:
            return None
        if primary is None or len(primary.keys) != 1:
            return None
        (name,) = primary.columns
        column = after.column(name, "sqlite")
        points = any(name in key.columns for key in after.foreign_keys)
        return name if column is not None and column.type == "integer" and not points else None


_KINDS: dict[str, ConstraintKind] = {
    "pk": "primary key",
    "uq": "unique constraint",
    "fk": "foreign key",
    "ck": "check",
}


def _turn(step: Step) -> int:
    """When a step counts: keys and indexes are made of the columns that there are in the end."""
    if step.name.startswith(("drop_index", "drop_constraint")):
        return 0
    if step.name == "create_index":
        return 3
    return 2 if step.name.startswith("create_") else 1
