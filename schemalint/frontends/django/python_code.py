"""Functions that migrations run, read for the SQL in them, as far as that is literal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import fields, replace

from schemalint.catalog import Name
from schemalint.frontends.django.context import HISTORICAL, Context
from schemalint.frontends.django.names import table_name
from schemalint.frontends.python_source.definitions import Assigned, External, FunctionDefinition
from schemalint.frontends.python_source.values import Reference, Scope, Value, truth
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import Rows
from schemalint.source import Span

_DDL = re.compile(
    r"\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+)?(?:unique\s+|temp\w*\s+|materialized\s+)?"
    r"(?:table|index|view|type|schema|column|constraint|extension)\b",
    re.IGNORECASE,
)
_SET_OFF = re.compile(
    r"\b(?:create|drop)\s+(?:or\s+replace\s+)?(?:constraint\s+)?(?:trigger|function)\b", re.IGNORECASE
)
_ROWS_WORD = re.compile(r"\b(?:select|insert|update|delete|truncate|setval|analyze|vacuum)\b", re.IGNORECASE)
_DDL_WORD = re.compile(r"\b(?:create|alter|drop|rename)\b", re.IGNORECASE)
_ROWS_SQL = frozenset({"sequence_reset_sql", "sequence_reset_by_name_sql", "sql_flush"})
"""What gives SQL about rows: `django.db.backends.base.operations.BaseDatabaseOperations`."""

_CURSORS = frozenset({"schema_editor", "connection", "curs", "cur", "c", "db"})
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
_EDITING_SQL = ("_delete_", "_create_", "_alter_", "_rename_")
_PARAMETERS = ("apps", "schema_editor")


def read_sql(text: str, span: Span, dialect: Dialect) -> list[Operation]:
    """The operations of a text of SQL; their places are that of the whole, as the text stands in Python."""
    from schemalint.frontends.sql.session import Session
    from schemalint.frontends.sql.split import statements

    session = Session()
    found: list[Operation] = []
    for cursor in statements(text, span.path, dialect):
        found += (_placed(replace(operation, span=span), span) for operation in session.read(cursor))
    return found


def _placed(operation: Operation, span: Span) -> Operation:
    """An operation with all places within it set to one."""

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


class Body:
    """The body of a function that a migration runs; `first` is the position of its parameter `apps`."""

    def __init__(
        self,
        function: FunctionDefinition,
        context: Context,
        dialect: Dialect,
        names: dict[str, Value] | None = None,
        *,
        first: int = 0,
        depth: int = 0,
    ) -> None:
        self.function = function
        self.context = context
        self.dialect = dialect
        self.depth = depth
        self.names: dict[str, Value] = dict(names or {})
        if names is None:
            parameters = [argument.arg for argument in function.node.args.args]
            for parameter, meaning in zip(parameters[first:], _PARAMETERS, strict=False):
                self.names[parameter] = Reference(External(meaning))
        self.found: list[Operation] = []
        self.stopped = False
        self._may_have_ended = False

    def operations(self) -> list[Operation]:
        """The operations of its SQL; where some can't be read, one that says so."""
        try:
            self._block(self.function.node.body, certain=True, depth=0)
        except RecursionError:
            self._not_understood(self.function.node)
        return self.found or [Rows(verb="python", span=self.function.module.header_span(self.function.node))]

    def _block(self, body: list[ast.stmt], *, certain: bool, depth: int) -> None:
        if depth > 30 and body:
            self._not_understood(body[0])
            return
        for statement in body:
            if self.stopped:
                return
            self._statement(statement, certain=certain and not self._may_have_ended, depth=depth)

    def _statement(self, node: ast.stmt, *, certain: bool, depth: int) -> None:
        match node:
            case ast.If():
                answer = truth(self.value(node.test))
                if answer is not None:
                    self._block(node.body if answer else node.orelse, certain=certain, depth=depth + 1)
                else:
                    self._block(node.body, certain=False, depth=depth + 1)
                    self._block(node.orelse, certain=False, depth=depth + 1)
                    self._may_have_ended = self._may_have_ended or _may_return(node)
            case ast.With() | ast.Try():
                if isinstance(node, ast.With):
                    for item in node.items:
                        self._expression(item.context_expr, certain=certain)
                self._block(node.body, certain=certain, depth=depth + 1)
                if isinstance(node, ast.Try):
                    for handler in node.handlers:
                        self._block(handler.body, certain=False, depth=depth + 1)
                    self._block(node.finalbody, certain=certain, depth=depth + 1)
            case ast.For() | ast.While():
                self._block(node.body, certain=False, depth=depth + 1)
                self._may_have_ended = self._may_have_ended or _may_return(node)
            case ast.Return():
                if node.value is not None:
                    self._expression(node.value, certain=certain)
                self.stopped = self.stopped or certain
            case ast.Assign(targets=[ast.Name(id=name)]):
                self._expression(node.value, certain=certain)
                self.names[name] = self.value(node.value)
            case ast.FunctionDef() | ast.ClassDef():
                return
            case _:
                for inner in ast.iter_child_nodes(node):
                    if isinstance(inner, ast.expr):
                        self._expression(inner, certain=certain)

    def value(self, node: ast.expr) -> Value:
        """What an expression of the body is."""
        return self.context.evaluator.evaluate(node, Scope(module=self.function.module, names=self.names))

    def _expression(self, node: ast.expr, *, certain: bool) -> None:
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Call):
                continue
            if isinstance(inner.func, ast.Attribute):
                receiver = _receiver(inner.func.value)
                name = inner.func.attr
                if receiver.endswith("editor") and (name in _EDITING or name.startswith(_EDITING_SQL)):
                    self._not_understood(inner)
                elif name in ("execute", "executescript") and (receiver in _CURSORS or "cursor" in receiver):
                    self._executed(inner, certain=certain)
            elif isinstance(inner.func, ast.Name):
                self._called(inner, certain=certain)

    def _called(self, node: ast.Call, *, certain: bool) -> None:
        """A call of another function of the project, which may hold SQL, too."""
        scope = Scope(module=self.function.module, names=self.names)
        call = self.context.evaluator.call(node, scope)
        if self.depth > 4 or not isinstance(call.function, Reference):
            return
        function = call.function.definition
        if not isinstance(function, FunctionDefinition):
            return
        names = self.context.evaluator.parameters(function, call)
        if names is None:
            return
        inner = Body(function, self.context, self.dialect, names, depth=self.depth + 1)
        for operation in inner.operations():
            if type(operation) is Rows:
                continue
            if certain:
                self.found.append(operation)
            elif not isinstance(operation, Rows):
                self._not_understood(node)

    def _executed(self, call: ast.Call, *, certain: bool) -> None:
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "sql")]
        if not given:
            return
        text = self.value(given[0])
        if not isinstance(text, str):
            if self._may_change_schema(given[0]):
                self._not_understood(call)
            return
        shapes = _DDL.search(text) is not None
        if shapes and not certain:
            self._not_understood(call)
        elif shapes or (certain and _SET_OFF.search(text)):
            read = read_sql(text, self.function.module.span(call), self.dialect)
            self.found += (one for one in read if shapes or isinstance(one, Rows))

    def _may_change_schema(self, sql: ast.expr) -> bool:
        """Whether SQL put together at run time can be more than rows.

        The words tell that stand in the function, and in the constants that the SQL is made of.
        """
        words: list[str] = []
        for node in [*ast.walk(self.function.node), *self._constants(sql)]:
            match node:
                case ast.Constant(value=str(text)):
                    words.append(text)
                case ast.Attribute(attr=name) if name in _ROWS_SQL:
                    words.append("select")
                case ast.Call() if _receiver(node.func) in ("open", "read_text"):
                    return True
        return any(map(_DDL_WORD.search, words)) or not any(map(_ROWS_WORD.search, words))

    def _constants(self, node: ast.expr) -> Iterator[ast.AST]:
        """What the names in an expression are bound to, where they are names of the module."""
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and name.id not in self.names:
                definition = self.context.project.resolve(self.function.module, name.id)
                if isinstance(definition, Assigned):
                    yield from ast.walk(definition.value)

    def _not_understood(self, node: ast.AST) -> None:
        span = self.function.module.span(node)
        tables = self._tables()
        self.found.append(Opaque(reason="a function that changes the schema", tables=tables, span=span))

    def _tables(self) -> tuple[Name, ...] | None:
        """The tables of the models that the function has asked for by name; None where it asked for none."""
        found = []
        for value in self.names.values():
            if (
                isinstance(value, Reference)
                and value.name.startswith(HISTORICAL)
                and "._meta" not in value.name
            ):
                table = self.context.evaluator.attribute(
                    self.context.evaluator.attribute(value, "_meta"), "db_table"
                )
                if isinstance(table, str):
                    found.append(table_name(table))
        return tuple(found) or None


def _may_return(node: ast.stmt) -> bool:
    """Whether a function may end within a condition or a loop, without an exception."""
    return any(isinstance(inner, ast.Return) for inner in ast.walk(node))


def _receiver(node: ast.expr) -> str:
    """The last name of what a method is called on."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""
