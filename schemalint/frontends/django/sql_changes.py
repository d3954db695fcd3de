"""RunSQL and RunPython: SQL through the SQL front end, and functions only for the SQL that they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.django.changes import Change, Sql
from schemalint.frontends.django.constructors import first_method, method
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.python_code import Body, read_sql
from schemalint.frontends.django.state import State
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.values import Call, Member, Reference, Value
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import Rows
from schemalint.source import Span


class NotRead(Sql, frozen=True, kw_only=True, eq=False):
    """An operation that could not be read, of which at most the model is known that it is about."""

    key: ModelKey | None = None

    def state(self, state: State) -> State:
        """Leaves the model in doubt, or all of them."""
        return state.doubted(self.key)


def opaque(span: Span, reason: str, key: ModelKey | None = None) -> Change:
    """A change of which nothing is known but that it is there, and perhaps the model."""
    return NotRead(span=span, up=(Opaque(reason=reason, span=span),), key=key)


class Foreign(Change, frozen=True, kw_only=True, eq=False):
    """An operation of another package, of which only the model is known that it is about."""

    name: str
    key: ModelKey | None

    def state(self, state: State) -> State:
        """May do anything to the model."""
        return state.doubted(self.key)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """May do anything to the model's table."""
        tables = (old.model(self.key).name,) if self.key is not None and self.key in old.models else None
        editor.run(Opaque(reason=f"the operation {self.name}", tables=tables, span=self.span))


def foreign(name: str, key: ModelKey | None, span: Span) -> Change:
    """An operation of another package."""
    return Foreign(span=span, name=name, key=key)


def run_sql(call: Call, span: Span, dialect: Dialect, changes: tuple[Change, ...]) -> Change:
    """RunSQL: a string, or a list of strings and of pairs with parameters."""
    reverse = call.argument(1, "reverse_sql")
    return Sql(
        span=span,
        up=tuple(_statements(call.argument(0, "sql"), span, dialect)),
        down=tuple(_statements(reverse, span, dialect)) if reverse is not None else (),
        changes=changes,
        irreversible="its `RunSQL` has no `reverse_sql`" if reverse is None else None,
    )


def _statements(value: Value, span: Span, dialect: Dialect) -> Iterator[Operation]:
    if _is_noop(value):
        return
    if isinstance(value, str):
        yield from read_sql(value, span, dialect)
    elif isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, list | tuple) and item:
                parameters = item[1] if len(item) > 1 else None
                text = item[0]
                if isinstance(text, str) and parameters:
                    text = text.replace("%s", "NULL").replace("%%", "%")
                yield from _statements(text, span, dialect)
            else:
                yield from _statements(item, span, dialect)
    else:
        yield Opaque(reason="SQL that is computed", span=span)


def _is_noop(value: Value) -> bool:
    """`migrations.RunSQL.noop`, and an empty string."""
    if isinstance(value, Member):
        return value.name == "noop"
    if isinstance(value, Reference):
        return value.name.endswith(".noop")
    return value == "" or value is None


def run_python(call: Call, span: Span, context: Context, dialect: Dialect) -> Change:
    """RunPython: rows only, as far as its functions hold no SQL that shapes the catalog."""
    reverse = call.argument(1, "reverse_code")
    raises = _raises(reverse)
    return Python(
        span=span,
        code=call.argument(0, "code"),
        reverse=reverse,
        context=context,
        dialect=dialect,
        irreversible="its `RunPython` has no `reverse_code`" if reverse is None else raises,
        meant=raises is not None,
    )


def _raises(function: Value) -> str | None:
    """That a function does nothing but raise an exception, in words; None where it does something else."""
    if not isinstance(function, Reference) or not isinstance(function.definition, FunctionDefinition):
        return None
    node = function.definition.node
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body or not isinstance(body[0], ast.Raise):
        return None
    return f"`{node.name}()` does nothing but raise an exception"


class Python(Change, frozen=True, kw_only=True, eq=False):
    """RunPython, and other operations with code of the project's own."""

    code: Value
    reverse: Value
    context: Context
    dialect: Dialect

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Runs the SQL that the function holds."""
        self._run(self.code, editor, old)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Runs the SQL that the reverse function holds."""
        self._run(self.reverse, editor, old)

    def _run(self, code: Value, editor: SchemaEditor, state: State) -> None:
        self.context.state = state
        for operation in _function(code, self.span, self.context, self.dialect):
            editor.run(operation)
        self.context.state = None


def _function(value: Value, span: Span, context: Context, dialect: Dialect) -> list[Operation]:
    """What a function of a RunPython does."""
    if _is_noop(value):
        return []
    functions: list[Value] = [value]
    if isinstance(value, Call):  # partial(f, …), a factory
        functions = [value.function, *value.arguments]
    for function in functions:
        if isinstance(function, Reference) and isinstance(function.definition, FunctionDefinition):
            return Body(function.definition, context, dialect).operations()
    return [Rows(verb="python", span=span)]


def replaces_forwards(classes: list[ClassDefinition], context: Context) -> bool:
    """Whether an operation's class does something else than its base to the database."""
    forwards = first_method(classes, "database_forwards", context.project)
    return forwards is not None and not any(
        isinstance(node, ast.Attribute) and node.attr == "database_forwards"
        for node in ast.walk(forwards.node)
    )


def own_operation(
    call: Call, classes: list[ClassDefinition], context: Context, dialect: Dialect, span: Span
) -> Change:
    """An operation of the project's own making: nothing, where neither state nor database is touched."""
    name = f"the operation {call.name}"
    if any(_touches_state(cls, context) for cls in classes):
        return opaque(span, name)
    forwards, backwards = (
        first_method(classes, way, context.project) for way in ("database_forwards", "database_backwards")
    )
    if forwards is None:
        return Sql(span=span, up=(Opaque(reason=name, span=span),))
    up = _shaping(forwards, context, dialect)
    down: tuple[Operation, ...] = ()
    if backwards is not None:
        down = _shaping(backwards, context, dialect)
    elif up:
        down = (Opaque(reason=f"what undoes {name}", span=span),)
    irreversible = (
        None
        if _is_reversible(classes, context)
        else f"its `{call.name.rpartition('.')[2]}` is not reversible"
    )
    return Sql(span=span, up=up, down=down, irreversible=irreversible)


def _shaping(function: FunctionDefinition, context: Context, dialect: Dialect) -> tuple[Operation, ...]:
    """What a method that is given the schema editor does to the catalog."""
    found = Body(function, context, dialect, first=1).operations()
    return tuple(operation for operation in found if not isinstance(operation, Rows))


def _is_reversible(classes: list[ClassDefinition], context: Context) -> bool:
    """Whether Django tries to undo an operation, which it does unless a class attribute says otherwise."""
    for cls in classes:
        said = context.project.class_bindings(cls).names.get("reversible")
        if said is not None:
            return not (isinstance(said, ast.Constant) and said.value is False)
    return True


def _touches_state(cls: ClassDefinition, context: Context) -> bool:
    """Whether `state_forwards` does more than nothing."""
    forwards = method(cls, "state_forwards", context.project)
    if forwards is None:
        return False
    return any(
        not isinstance(statement, ast.Pass)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        and not isinstance(statement, ast.Return)
        for statement in forwards.node.body
    )
