"""Batch mode on SQLite: the table is read back, changed, made anew under its name, and its indexes with it.

Other databases make a table anew where they are told to, and here where its new form is given.

What comes of it is told in plain operations. Some things do not survive: SQLAlchemy reads no indexes on
expressions back from SQLite, and no directions of keys (`get_indexes` in `dialects/sqlite/base.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Check, ForeignKey, Index, Name, Table
from schemalint.frontends.alembic.batch_columns import BatchColumns, UnknownColumn
from schemalint.frontends.alembic.batch_keys import key_of_column
from schemalint.frontends.alembic.batch_obstacles import constraint_name, is_nameless, obstacles
from schemalint.frontends.alembic.batch_steps import dropped_names, is_more_than_a_column, lost_columns
from schemalint.frontends.alembic.copied_table import replaced, temporary_name
from schemalint.frontends.alembic.directive_arguments import ends_downgrade
from schemalint.frontends.alembic.sqlite_types import read_back, registered_types
from schemalint.frontends.alembic.table_directives import added_column
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import Arguments, Value
from schemalint.frontends.sqlalchemy_constructs import creating, naming, reflection
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ConstraintItem
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import constraint_operation
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.operations import (
    AddForeignKey,
    AddIndex,
    AlterColumn,
    ConstraintKind,
    DropColumn,
    DropConstraint,
    DropIndex,
    Failure,
    Opaque,
    Operation,
)

if TYPE_CHECKING:
    from schemalint.frontends.alembic.batch import Step
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
            for operation in replaced(
                self.interpreter, self.name, copied, site, dialect=self.account.dialect, exists=exists
            ):
                self.account.emit(operation)
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
            dropped.update(self._forget_foreign_keys(before))
            self._forget_nameless_checks(before)
        for step in sorted(steps, key=_turn):
            for operation in self._added(step) if step.name == "add_column" else step.make():
                dropped.add(_dropped_name(operation))
                known = self._known(operation, columns)
                for exact in self._exact(known, names) if known is not None else ():
                    self.account.emit(self.account.under(exact, step.branches))
        self._keep_survivors(before, dropped)
        for item in self._table_args():
            self._emit_item(item)
        if not isinstance(copied, TableObject):
            self._forget_what_is_not_read_back(before)

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

    def _forget_foreign_keys(self, before: Table) -> Iterator[str]:
        """Of several foreign keys that are alike, one is read back; the names of the others."""
        kept = reflection.foreign_keys(before, "sqlite")
        for key in before.foreign_keys:
            if not any(key is one for one in kept):
                yield key.name or ""
                self.account.emit(
                    DropConstraint(
                        table=self.name,
                        name=key.name,
                        kind="foreign key",
                        columns=key.columns,
                        span=self.arguments.site.span,
                    )
                )

    def _forget_nameless_checks(self, before: Table) -> None:
        """A check that has no name is not read back (`_grab_table_elements`)."""
        for check in before.checks:
            if check.name is None:
                self.account.emit(
                    DropConstraint(
                        table=self.name,
                        name=None,
                        kind="check",
                        columns=check.columns,
                        span=self.arguments.site.span,
                    )
                )

    def _added(self, step: Step) -> list[Operation]:
        """A new column; an index that comes with it is made twice, once named after the temporary table."""
        column = step.arguments.get(0, "column")
        temporary = temporary_name(self.name.name)
        found = added_column(self.interpreter, temporary, self.name.schema, column, step.arguments)
        twice = [replace(one, table=self.name) for one in found if isinstance(one, AddIndex)]
        own = [*step.make(), *key_of_column(self.name, self._table(), column, step.arguments.site.span)]
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
        """The operations that come of one: constraints by convention, keys that lose a column."""
        if isinstance(operation, DropConstraint) and operation.name is not None:
            if operation.name in names and not self._is_seen(operation.name):
                return [replace(names.pop(operation.name), span=operation.span, guard=operation.guard)]
            if not self._has(operation.name):
                self._refuse(f"No such constraint: '{operation.name}'")
        elif isinstance(operation, DropIndex) and not self._has(operation.index.name):
            self._refuse(f"No such index: '{operation.index.name}'")
        elif isinstance(operation, DropColumn):
            return [*self._shortened_key(operation), *self._without_what_is_on(operation), operation]
        elif isinstance(operation, AddIndex) and operation.index.origin == "primary key":
            return [*self._without_key(operation), operation]
        elif (name := constraint_name(operation)) in names:
            same_name = replace(names.pop(name or ""), span=operation.span, guard=operation.guard)
            return [same_name, operation]
        elif name is not None and self._has_surely(name):
            replaced = DropConstraint(table=self.name, name=name, span=operation.span, guard=operation.guard)
            return [replaced, operation]
        return [operation]

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
        return any(item.name is not None and item.name.lower() == name.lower() for item in named)

    def _refuse(self, message: str) -> None:
        """Alembic looks at the table itself, and raises what code may handle."""
        if self.interpreter.attempts:
            raise Raised("builtins.ValueError", message)

    def _without_key(self, operation: AddIndex) -> list[Operation]:
        """A new primary key takes the place of the old one."""
        table = self._table()
        if table is None or table.primary_key is None:
            return []
        return [DropConstraint(table=self.name, name=None, kind="primary key", span=operation.span)]

    def _shortened_key(self, operation: DropColumn) -> list[Operation]:
        """A primary key keeps the columns that stay."""
        table = self._table()
        primary = table.primary_key if table is not None else None
        if primary is None or operation.column not in primary.columns:
            return []
        keys = tuple(key for key in primary.keys if key.column != operation.column)
        found: list[Operation] = [
            DropConstraint(table=self.name, name=None, kind="primary key", span=operation.span)
        ]
        if keys:
            found.append(AddIndex(table=self.name, index=replace(primary, keys=keys), span=operation.span))
        return found

    def _without_what_is_on(self, operation: DropColumn) -> list[Operation]:
        """Indexes and keys with the column are not made anew."""
        table = self._table()
        found: list[Operation] = [
            DropConstraint(
                table=self.name,
                name=key.name,
                kind="foreign key",
                columns=key.columns,
                span=operation.span,
            )
            for key in (table.foreign_keys if table is not None else ())
            if operation.column in key.columns
        ]
        for index in table.indexes if table is not None else ():
            if operation.column not in index.columns or index.origin == "primary key":
                continue
            if index.is_constraint:
                found.append(
                    DropConstraint(
                        table=self.name,
                        name=index.name,
                        kind="unique constraint",
                        columns=index.columns,
                        span=operation.span,
                    )
                )
            elif index.name is not None:
                found.append(DropIndex(index=Name(index.name, self.name.schema), span=operation.span))
        return [replace(one, guard=operation.guard) for one in found]

    def _keep_survivors(self, before: Table | None, dropped: set[str]) -> None:
        """What is on a column that was dropped and added again is there again."""
        after = self._table()
        if before is None or after is None or not after.complete:
            return
        columns = {column.name for column in after.columns}
        span = self.arguments.site.span
        there = {index.name for index in after.indexes}
        for index in before.indexes:
            names = {key.column for key in index.keys if key.column is not None}
            gone = index.name is not None and index.name not in there and index.name not in dropped
            whole = index.origin != "primary key" and len(names) == len(index.keys)
            if gone and whole and names <= columns:
                self.account.emit(AddIndex(table=self.name, index=index, span=span))
            elif gone and whole and self.account.undoes and not index.is_constraint:
                self.account.emit(
                    Failure(reason=f"the batch makes {index.name} without its column", span=span)
                )
        kept = {key.name for key in after.foreign_keys}
        for foreign_key in before.foreign_keys:
            gone = foreign_key.name is not None and foreign_key.name not in kept
            if gone and foreign_key.name not in dropped and set(foreign_key.columns) <= columns:
                self.account.emit(AddForeignKey(table=self.name, foreign_key=foreign_key, span=span))

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

    def _forget_what_is_not_read_back(self, before: Table | None) -> None:
        """AUTOINCREMENT goes, indexes on expressions, directions of keys; types are those of SQLAlchemy."""
        after = self._table()
        if before is None or after is None:
            return
        span = self.arguments.site.span
        for column in after.columns:
            counts = column.name == self._counted(after)
            if column.identity != counts and column in before.columns:
                self.account.emit(
                    AlterColumn(table=self.name, column=column.name, identity=counts, span=span)
                )
            type_ = read_back(column.type, self._registered)
            if column in before.columns and type_ != column.type:
                self.account.emit(AlterColumn(table=self.name, column=column.name, type=type_, span=span))
        old = {index.name for index in before.indexes}
        for index in after.indexes:
            if index.name is None or index.name not in old or index.is_constraint:
                continue
            expressions = any(key.column is None for key in index.keys)
            if not expressions and index == _ascending(index):
                continue
            self.account.emit(DropIndex(index=Name(index.name, self.name.schema), if_exists=True, span=span))
            if not expressions:
                self.account.emit(AddIndex(table=self.name, index=_ascending(index), span=span))

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


def _dropped_name(operation: Operation) -> str:
    if isinstance(operation, DropIndex):
        return operation.index.name
    return (operation.name or "") if isinstance(operation, DropConstraint) else ""


def _ascending(index: Index) -> Index:
    keys = tuple(replace(key, order="asc", nulls=None, collation=None) for key in index.keys)
    return replace(index, keys=keys)
