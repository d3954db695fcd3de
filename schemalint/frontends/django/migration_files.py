"""One migration file to its migration: dependencies, operations, and whether they can be undone."""

from __future__ import annotations

import ast

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.apps import App
from schemalint.frontends.django.changes import Change, Overridden, Separate
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.operation_reader import Reader
from schemalint.frontends.django.read_changes import read_change
from schemalint.frontends.django.sql_changes import opaque
from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition
from schemalint.frontends.python_source.values import NOT_BOUND, Call, Combination, Scope, Unknown, Value
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Span

Node = tuple[str, str]
"""App label and name of a migration."""


class MigrationFile(Struct, frozen=True, kw_only=True, eq=False):
    """A migration as its file tells it."""

    node: Node
    path: str
    span: Span
    dependencies: tuple[Node, ...] = ()
    run_before: tuple[Node, ...] = ()
    replaces: tuple[Node, ...] = ()
    atomic: bool = True
    changes: tuple[Change, ...] = ()

    def irreversible(self) -> Change | None:
        """The first operation that Django can't undo."""
        return next(filter(None, map(_irreversible, self.changes)), None)


def _irreversible(change: Change) -> Change | None:
    if isinstance(change, Separate):
        return next(filter(None, map(_irreversible, change.database)), None)
    return None if change.irreversible is None else change


def without_effect(file: MigrationFile) -> MigrationFile:
    """The migration as it is run for an app that no database gets: the models change, and nothing else."""
    changes = []
    for change in file.changes:
        stuck = _irreversible(change)
        reason, meant = (None, False) if stuck is None else (stuck.irreversible, stuck.meant)
        changes.append(
            Overridden(
                span=change.span if stuck is None else stuck.span,
                irreversible=reason,
                meant=meant,
                change=change,
                runs=False,
                is_undone=False,
            )
        )
    return replace(file, changes=tuple(changes))


def read_migration(path: str, app: App, context: Context, dialect: Dialect) -> MigrationFile | None:
    """The migration of a file; None where it holds none, or can't be parsed."""
    project = context.project
    module = project.parse(path)
    if module is None:
        return None
    definition = project.resolve(module, "Migration")
    if not isinstance(definition, ClassDefinition):
        return None
    name = path.rpartition("/")[2].removesuffix(".py")

    def attribute(attribute_name: str) -> Value:
        member = project.member(definition, attribute_name)
        value = context.evaluator.of(member) if isinstance(member, Assigned) else None
        if value is NOT_BOUND:
            return None
        if isinstance(member, Assigned) and isinstance(value, Unknown | Combination):
            return _as_far_as_known(member, context)
        return value

    reader = Reader(context=context, app=app.label, dialect=dialect)
    operations = attribute("operations")
    whole = definition.module.header_span(definition.node)
    changes: tuple[Change, ...] = ()
    if isinstance(operations, list | tuple):
        changes = tuple(read_change(reader, value, whole) for value in operations)
    elif operations is not None:
        changes = (opaque(whole, "operations that are computed"),)
    elif any(isinstance(node, ast.FunctionDef) for node in definition.node.body):
        changes = (opaque(whole, "a migration that is computed"),)
    return MigrationFile(
        node=(app.label, name),
        path=path,
        span=whole,
        dependencies=_nodes(attribute("dependencies"), context),
        run_before=_nodes(attribute("run_before"), context),
        replaces=_nodes(attribute("replaces"), context),
        atomic=attribute("atomic") is not False,
        changes=changes,
    )


def _as_far_as_known(member: Assigned, context: Context) -> Value:
    """The elements of a sum of lists, for an unknown one an unknown element; unknown if it is no sum."""
    terms: list[ast.expr] = []
    node = member.value
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    scope = Scope(module=member.module, within=member.within)
    values = [context.evaluator.evaluate(term, scope) for term in reversed([*terms, node])]
    if not any(isinstance(value, list | tuple) for value in values):
        return Unknown("a computed list")
    found: list[Value] = []
    for value in values:
        found += value if isinstance(value, list | tuple) else [Unknown("operations that are computed")]
    return found


def _nodes(value: Value, context: Context) -> tuple[Node, ...]:
    found: list[Node] = []
    for item in value if isinstance(value, list | tuple) else ():
        if isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(part, str) for part in item):
            found.append((item[0], item[1]))
        elif isinstance(item, Call) and item.name.endswith("swappable_dependency"):
            target = item.argument(0, "value")
            key = context.model_key(target, "", "")
            if key is not None:
                found.append((key[0], "__first__"))
    return tuple(found)
