"""RunSQL and RunPython: SQL through the SQL front end, and functions only for the SQL that they hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from schemalint.frontends.django.changes import Change, Sql
from schemalint.frontends.django.constructors import method
from schemalint.frontends.django.context import Context
from schemalint.frontends.python_source.definitions import ClassDefinition, External, FunctionDefinition
from schemalint.frontends.python_source.values import Call, Lambda, Member, Reference, Scope, Unknown, Value
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.operations import Opaque, Operation, Rows
from schemalint.source import Span

_DDL = re.compile(
    r"\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+)?(?:unique\s+|temp\w*\s+|materialized\s+)?"
    r"(?:table|index|view|type|schema|column|constraint|extension)\b",
    re.IGNORECASE,
)
_CURSORS = ("cursor", "schema_editor", "connection", "curs", "cur", "c", "db")
_EDITING = frozenset(
    {
        "create_model",
        "delete_model",
        "add_field",
        "remove_field",
        "alter_field",
        "alter_db_table",
        "add_index",
        "remove_index",
        "add_constraint",
        "remove_constraint",
        "alter_unique_together",
        "alter_index_together",
        "_remake_table",
    }
)


def opaque(span: Span, reason: str) -> Change:
    """A change of which nothing is known but that it is there."""
    return Sql(span=span, up=(Opaque(reason=reason, span=span),))


def run_sql(call: Call, span: Span, dialect: Dialect, changes: tuple[Change, ...]) -> Change:
    """RunSQL: a string, or a list of strings and of pairs with parameters."""
    reverse = call.argument(1, "reverse_sql")
    return Sql(
        span=span,
        up=tuple(_statements(call.argument(0, "sql"), span, dialect)),
        down=tuple(_statements(reverse, span, dialect)) if reverse is not None else (),
        changes=changes,
        reversible=reverse is not None,
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


def read_sql(text: str, span: Span, dialect: Dialect) -> list[Operation]:
    """The operations of a text of SQL; their places are that of the whole, as the text stands in Python."""
    from msgspec.structs import replace

    from schemalint.frontends.sql.ddl import read_statement
    from schemalint.frontends.sql.split import statements

    found: list[Operation] = []
    for cursor in statements(text, span.path, dialect):
        for operation in read_statement(cursor):
            found.append(_placed(replace(operation, span=span), span))
    return found


def _placed(operation: Operation, span: Span) -> Operation:
    """An operation with all places within it set to one."""
    from msgspec import Struct
    from msgspec.structs import fields, replace

    def placed(value: object) -> object:
        if isinstance(value, Span):
            return span
        if isinstance(value, tuple):
            return tuple(placed(item) for item in value)
        if isinstance(value, Struct):
            changed = {
                field.name: placed(getattr(value, field.name))
                for field in fields(value)
                if isinstance(getattr(value, field.name), Span | tuple | Struct)
            }
            return replace(value, **changed) if changed else value
        return value

    found = placed(operation)
    assert isinstance(found, Operation)
    return found


def run_python(call: Call, span: Span, context: Context, dialect: Dialect) -> Change:
    """RunPython: rows only, as far as its functions hold no SQL that shapes the catalog."""
    code, reverse = call.argument(0, "code"), call.argument(1, "reverse_code")
    return Sql(
        span=span,
        up=tuple(_function(code, span, context, dialect)),
        down=tuple(_function(reverse, span, context, dialect)) if reverse is not None else (),
        reversible=reverse is not None,
    )


def _function(value: Value, span: Span, context: Context, dialect: Dialect) -> list[Operation]:
    """What a function of a RunPython does."""
    if _is_noop(value):
        return []
    if isinstance(value, Reference) and isinstance(value.definition, FunctionDefinition):
        return _Body(value.definition, context, dialect).operations()
    if isinstance(value, Lambda) or (isinstance(value, Reference) and isinstance(value.definition, External)):
        return [Rows(verb="python", span=span)]
    if isinstance(value, Call) and isinstance(value.function, Reference):  # partial(f, …), a factory
        for argument in (value.function, *value.arguments):
            if isinstance(argument, Reference) and isinstance(argument.definition, FunctionDefinition):
                return _Body(argument.definition, context, dialect).operations()
    return [Rows(verb="python", span=span)]


class _Body:
    """The body of a function that a migration runs, read for SQL."""

    def __init__(self, function: FunctionDefinition, context: Context, dialect: Dialect) -> None:
        self.function = function
        self.context = context
        self.dialect = dialect
        self.names: dict[str, Value] = {"schema_editor": Unknown("schema_editor"), "apps": Unknown("apps")}
        self.found: list[Operation] = []
        self.stopped = False

    def operations(self) -> list[Operation]:
        """The operations of its SQL; where some can't be read, one that says so."""
        try:
            self._block(self.function.node.body, certain=True, depth=0)
        except RecursionError:
            self._not_understood(self.function.node)
        return self.found or [Rows(verb="python", span=self.function.module.header_span(self.function.node))]

    def _block(self, body: list[ast.stmt], *, certain: bool, depth: int) -> None:
        if depth > 30:
            return
        for statement in body:
            if self.stopped:
                return
            self._statement(statement, certain=certain, depth=depth)

    def _statement(self, node: ast.stmt, *, certain: bool, depth: int) -> None:
        match node:
            case ast.If():
                vendor = self._vendor_test(node.test)
                if vendor is None:
                    self._block(node.body, certain=False, depth=depth + 1)
                    stopped, self.stopped = self.stopped, False
                    self._block(node.orelse, certain=False, depth=depth + 1)
                    self.stopped = stopped and bool(node.orelse) and self.stopped
                else:
                    self._block(node.body if vendor else node.orelse, certain=certain, depth=depth + 1)
            case ast.With() | ast.Try():
                self._block(node.body, certain=certain, depth=depth + 1)
                if isinstance(node, ast.Try):
                    for handler in node.handlers:
                        self._block(handler.body, certain=False, depth=depth + 1)
                    self._block(node.finalbody, certain=certain, depth=depth + 1)
            case ast.For() | ast.While():
                self._block(node.body, certain=False, depth=depth + 1)
            case ast.Return():
                self.stopped = certain
            case ast.Assign(targets=[ast.Name(id=name)]):
                self._expression(node.value, certain=certain)
                self.names[name] = self._value(node.value)
            case ast.FunctionDef() | ast.ClassDef():
                return
            case _:
                for inner in ast.iter_child_nodes(node):
                    if isinstance(inner, ast.expr):
                        self._expression(inner, certain=certain)

    def _value(self, node: ast.expr) -> Value:
        return self.context.evaluator.evaluate(node, Scope(module=self.function.module, names=self.names))

    def _vendor_test(self, test: ast.expr) -> bool | None:
        """The answer to a question about the database's vendor; None where it asks something else."""
        negated = False
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, negated = test.operand, not negated
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return None
        left = test.left
        asks = isinstance(left, ast.Attribute) and left.attr in ("vendor", "display_name")
        if not asks:
            return None
        wanted = self._value(test.comparators[0])
        vendors = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list | tuple) else None
        if vendors is None or not isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            return None
        ours = "mysql" if self.dialect in MYSQL_FAMILY else self.dialect
        if ours in POSTGRESQL_FAMILY:
            ours = "postgresql"
        answer = ours in [str(vendor).lower() for vendor in vendors]
        if isinstance(test.ops[0], ast.NotEq | ast.NotIn):
            answer = not answer
        return answer != negated

    def _expression(self, node: ast.expr, *, certain: bool) -> None:
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
                continue
            if inner.func.attr in _EDITING and _receiver(inner.func.value).endswith("editor"):
                self._not_understood(inner)
            elif inner.func.attr in ("execute", "executescript") and inner.args:
                if _receiver(inner.func.value) in _CURSORS or "cursor" in _receiver(inner.func.value):
                    self._executed(inner, certain=certain)

    def _executed(self, call: ast.Call, *, certain: bool) -> None:
        text = self._value(call.args[0])
        if not isinstance(text, str):
            literal = " ".join(
                part.value
                for part in ast.walk(call.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            if _DDL.search(literal) or not literal:
                self._not_understood(call)
            return
        if not _DDL.search(text):
            return
        if not certain:
            self._not_understood(call)
            return
        self.found += read_sql(text, self.function.module.span(call), self.dialect)

    def _not_understood(self, node: ast.AST) -> None:
        span = self.function.module.span(node)
        self.found.append(Opaque(reason="a function that changes the schema", span=span))


def _receiver(node: ast.expr) -> str:
    """The last name of what a method is called on."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""


def replaces_forwards(classes: list[ClassDefinition], context: Context) -> bool:
    """Whether an operation's class does something else than its base to the database."""
    for cls in classes:
        forwards = method(cls, "database_forwards", context.project)
        if forwards is not None:
            return not any(
                isinstance(node, ast.Attribute) and node.attr == "database_forwards"
                for node in ast.walk(forwards.node)
            )
    return False


def own_operation(
    call: Call, classes: list[ClassDefinition], context: Context, dialect: Dialect, span: Span
) -> Change:
    """An operation of the project's own making: nothing, where neither state nor database is touched."""
    found: list[Operation] = []
    reversible = True
    for cls in classes:
        if method(cls, "state_forwards", context.project) is not None:
            break
    for cls in classes:
        forwards = method(cls, "database_forwards", context.project)
        if forwards is not None:
            found = [item for item in _Body(forwards, context, dialect).operations() if not isinstance(item, Rows)]
            break
    else:
        found = [Opaque(reason=f"the operation {call.name}", span=span)]
    if any(_touches_state(cls, context) for cls in classes):
        found = [Opaque(reason=f"the operation {call.name}", span=span)]
    return Sql(span=span, up=tuple(found), reversible=reversible)


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
