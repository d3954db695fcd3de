"""Expressions to values, without executing anything: what is not certain stays a symbol or is unknown."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from schemalint.frontends.python_source import builtin_calls, formatting
from schemalint.frontends.python_source.definitions import (
    Assigned,
    External,
    FunctionDefinition,
    ModuleDefinition,
)
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import (
    CONSTANTS,
    Call,
    Combination,
    Lambda,
    Member,
    Reference,
    Scope,
    Unknown,
    Value,
    is_known,
)

_STEPS = 300_000
_DEPTH = 120
_MAXIMUM_LENGTH = 1_000_000
_MAXIMUM_INTEGER = 1 << 256

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
    ast.BitOr: ("|", operator.or_),
    ast.BitAnd: ("&", operator.and_),
    ast.BitXor: ("^", operator.xor),
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_FAULTS = (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, MemoryError)


class _Exhausted(Exception):
    """The expression is larger than any that a person wrote."""


class Evaluator:
    """Evaluates expressions of a project. One may be kept for a whole run: values of names are remembered.

    `known` tells the value of something external by its dotted name, or `...` where it knows none.
    """

    def __init__(self, project: Project, known: Callable[[str], Value] | None = None) -> None:
        self.project = project
        self._known = known
        self._assigned: dict[ast.expr, Value] = {}
        self._in_progress: set[ast.expr] = set()
        self._steps = 0
        self._depth = 0

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an expression. Never raises; `Unknown` where nothing certain can be said."""
        if self._depth:
            return self._value(node, scope)
        self._steps = 0
        try:
            return self._value(node, scope)
        except (_Exhausted, RecursionError):
            return Unknown("an expression that is too large or too deep")
        finally:
            self._depth = 0
            self._in_progress.clear()

    def of(self, definition: Assigned) -> Value:
        """The value of an assigned name."""
        return self.evaluate(definition.value, Scope(module=definition.module, within=definition.within))

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        self._steps += 1
        if self._steps > _STEPS or self._depth > _DEPTH:
            raise _Exhausted
        method = _METHODS.get(type(node))
        if method is None:
            return Unknown(f"an expression ({type(node).__name__})")
        self._depth += 1
        try:
            return method(self, node, scope)
        finally:
            self._depth -= 1

    def _constant(self, node: ast.Constant, _scope: Scope) -> Value:
        return node.value if node.value is not ... else Unknown()

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if node.id in scope.names:
            return scope.names[node.id]
        definition = self.project.definition(scope.module, node, scope.within)
        if definition is None:
            if node.id in builtin_calls.NAMES and node.id not in self.project.bindings(scope.module).names:
                return builtin_calls.Builtin(node.id)
            return Unknown(f"the name {node.id}")
        return self._defined(definition)

    def _defined(self, definition: Any) -> Value:
        if not isinstance(definition, Assigned):
            if self._known is not None and isinstance(definition, External):
                value = self._known(definition.name)
                if value is not ...:
                    return value
            return Reference(definition)
        node = definition.value
        if node in self._assigned:
            return self._assigned[node]
        if node in self._in_progress:
            return Unknown("a name that is defined by itself")
        self._in_progress.add(node)
        scope = Scope(module=definition.module, within=definition.within)
        value = self._value(node, scope)
        self._in_progress.discard(node)
        self._assigned[node] = value
        return value

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self._value(node.value, scope)
        return self.attribute(owner, node.attr)

    def attribute(self, owner: Value, name: str) -> Value:
        """`owner.name`."""
        if isinstance(owner, Reference):
            definition = self.project.member(owner.definition, name)
            if definition is not None:
                return self._defined(definition)
            if isinstance(owner.definition, ModuleDefinition):
                return Unknown(f"the name {owner.name}.{name}")
            return Member(owner, name)
        if isinstance(owner, Unknown):
            return owner
        if isinstance(owner, Call):
            for argument in owner.arguments:
                if isinstance(argument, dict) and name in argument:
                    return argument[name]  # settings objects are made of a dictionary of defaults
            return Member(owner, name)
        if isinstance(owner, Member | Combination):
            return Member(owner, name)
        if name in builtin_calls.METHODS:
            return builtin_calls.BoundMethod(owner, name)
        return Unknown(f"an attribute {name}")

    def _elements(self, nodes: Iterable[ast.expr], scope: Scope) -> list[Value] | Unknown:
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self._value(node.value, scope)
                items = builtin_calls.items(value)
                if items is None:
                    return Unknown("a starred value")
                found += items
            else:
                found.append(self._value(node, scope))
            if len(found) > _MAXIMUM_LENGTH:
                raise _Exhausted
        return found

    def _list(self, node: ast.List, scope: Scope) -> Value:
        return self._elements(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Value:
        found = self._elements(node.elts, scope)
        return tuple(found) if isinstance(found, list) else found

    def _set(self, node: ast.Set, scope: Scope) -> Value:
        found: Value = self._elements(node.elts, scope)
        if not is_known(found):
            return Unknown("a set of unknown values")
        try:
            return frozenset(found)
        except TypeError:
            return Unknown("a set of unhashable values")

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Any, Value] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self._value(value_node, scope)
            if key_node is None:
                if not isinstance(value, dict):
                    return Unknown("a dictionary with unknown entries")
                found.update(value)
                continue
            key = self._value(key_node, scope)
            try:
                found[key] = value
            except TypeError:
                return Unknown("a dictionary with unhashable keys")
        return found

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self._value(part.value, scope)
                specification = self._value(part.format_spec, scope) if part.format_spec is not None else ""
                text: Value = formatting.formatted(value, part.conversion, specification)
            else:
                text = self._value(part, scope)
            if not isinstance(text, str):
                return text if isinstance(text, Unknown) else Unknown("a string with unknown parts")
            parts.append(text)
        return "".join(parts)

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self._value(chain[-1].left, scope)
        for step in reversed(chain):
            self._steps += 1
            symbol, function = _BINARY.get(type(step.op), ("@", operator.matmul))
            value = self._combined(symbol, function, value, self._value(step.right, scope))
        return value

    def _combined(self, symbol: str, function: Callable[[Any, Any], Any], one: Value, other: Value) -> Value:
        if isinstance(one, Unknown):
            return one
        if isinstance(other, Unknown) and not (symbol == "%" and isinstance(one, str)):
            return other
        if symbol == "+" and isinstance(one, list | tuple) and type(one) is type(other):
            if len(one) + len(other) > _MAXIMUM_LENGTH:
                raise _Exhausted
            self._steps += len(one) // 100
            return [*one, *other] if isinstance(one, list) else (*one, *other)
        if symbol == "|" and isinstance(one, dict) and isinstance(other, dict):
            return {**one, **other}
        if symbol == "%" and isinstance(one, str):
            text = formatting.percent(one, other)
            return text if text is not None else Unknown("a string with unknown parts")
        if symbol == "*" and isinstance(one, list | tuple | str) and isinstance(other, int):
            return one * other if len(one) * max(other, 0) <= _MAXIMUM_LENGTH else Unknown()
        if not isinstance(one, (*CONSTANTS, frozenset)) or not isinstance(other, (*CONSTANTS, frozenset)):
            return Combination(symbol, (one, other))
        return _calculated(symbol, function, one, other)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        match node.op:
            case ast.Not():
                return not value if is_known(value) else _symbolic("not", value)
            case ast.USub():
                return -value if isinstance(value, int | float | complex) else _symbolic("-", value)
            case ast.UAdd():
                return value
        return ~value if isinstance(value, int) else _symbolic("~", value)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        wanted = isinstance(node.op, ast.Or)
        value: Value = None
        for position, operand in enumerate(node.values):
            value = self._value(operand, scope)
            if position == len(node.values) - 1:
                return value
            if not is_known(value):
                return Unknown("a condition")
            if bool(value) is wanted:
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self._value(node.left, scope)
        for operation, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._value(right_node, scope)
            if not is_known(left) or not is_known(right):
                return Unknown("a condition")
            try:
                if not _COMPARISON[type(operation)](left, right):
                    return False
            except _FAULTS:
                return Unknown("a comparison")
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self._value(node.test, scope)
        if is_known(test):
            return self._value(node.body if test else node.orelse, scope)
        one, other = self._value(node.body, scope), self._value(node.orelse, scope)
        if is_known(one) and is_known(other) and one == other:
            return one
        return Unknown("a choice made at run time")

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value = self._value(node.value, scope)
        if isinstance(value, Unknown):
            return value
        key: Any
        if isinstance(node.slice, ast.Slice):
            edges = [
                self._value(edge, scope) if edge is not None else None
                for edge in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            if not is_known(edges):
                return Unknown("an element")
            key = slice(*edges)
        else:
            key = self._value(node.slice, scope)
            if not is_known(key):
                return Unknown("an element")
        try:
            if isinstance(value, list | tuple | str | bytes | dict):
                return value[key]
        except _FAULTS:
            pass
        if isinstance(value, Reference):
            return value  # Model[T], Manager["User"]
        return Unknown("an element")

    def _comprehension(self, node: Any, scope: Scope) -> Value:
        found: list[Value] = []
        for names in self._rounds(node.generators, scope):
            if names is None:
                return Unknown("a loop over unknown values")
            found.append(self._value(node.elt, names))
            if len(found) > _MAXIMUM_LENGTH:
                raise _Exhausted
        if isinstance(node, ast.SetComp):
            return frozenset(found) if is_known(found) else Unknown("a set of unknown values")
        return found

    def _dict_comprehension(self, node: ast.DictComp, scope: Scope) -> Value:
        found: dict[Any, Value] = {}
        for names in self._rounds(node.generators, scope):
            if names is None:
                return Unknown("a loop over unknown values")
            key = self._value(node.key, names)
            if not is_known(key):
                return Unknown("a dictionary with unknown keys")
            try:
                found[key] = self._value(node.value, names)
            except TypeError:
                return Unknown("a dictionary with unhashable keys")
        return found

    def _rounds(self, generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope | None]:
        """The scope of each round of nested loops; None where one is over something unknown."""
        if not generators:
            yield scope
            return
        first, rest = generators[0], generators[1:]
        items = builtin_calls.items(self._value(first.iter, scope))
        if items is None:
            yield None
            return
        for item in items:
            self._steps += 1
            if self._steps > _STEPS:
                raise _Exhausted
            names = dict(scope.names)
            if not bind(first.target, item, names):
                yield None
                return
            inner = Scope(module=scope.module, within=scope.within, names=names)
            conditions = [self._value(condition, inner) for condition in first.ifs]
            if not is_known(conditions):
                yield None
                return
            if all(conditions):
                yield from self._rounds(rest, inner)

    def call(self, node: ast.Call, scope: Scope) -> Call:
        """A call with its function and arguments evaluated, itself not."""
        if self._depth:
            return self._prepared(node, scope)
        self._steps = 0
        try:
            return self._prepared(node, scope)
        except (_Exhausted, RecursionError):
            return Call(function=Unknown(), node=node, module=scope.module, complete=False)
        finally:
            self._depth = 0
            self._in_progress.clear()

    def _prepared(self, node: ast.Call, scope: Scope) -> Call:
        function = self._value(node.func, scope)
        complete = True
        arguments: list[Value] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                items = builtin_calls.items(self._value(argument.value, scope))
                complete = complete and items is not None
                arguments += items or []
            else:
                arguments.append(self._value(argument, scope))
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self._value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                keywords.update(value)
            else:
                complete = False
        return Call(
            function=function,
            arguments=tuple(arguments),
            keywords=keywords,
            node=node,
            module=scope.module,
            complete=complete,
        )

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        call = self._prepared(node, scope)
        function = call.function
        if isinstance(function, Unknown):
            return function
        if isinstance(function, Reference) and isinstance(function.definition, FunctionDefinition):
            return self._called(function.definition, call)
        if isinstance(function, builtin_calls.Builtin) and function.name == "getattr":
            return self._getattr(call)
        return builtin_calls.called(call)

    def _getattr(self, call: Call) -> Value:
        """`getattr(owner, name, default)`; the default where nothing of that name is known."""
        if len(call.arguments) not in (2, 3) or not isinstance(call.arguments[1], str):
            return call
        found = self.attribute(call.arguments[0], call.arguments[1])
        if len(call.arguments) == 3 and _is_unknown(found):
            return call.arguments[2]
        return found

    def _called(self, function: FunctionDefinition, call: Call) -> Value:
        """The value of a call of a project's function that does nothing but return an expression."""
        body = [
            statement
            for statement in function.node.body
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        ]
        if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
            return call
        asynchronous = isinstance(function.node, ast.AsyncFunctionDef)
        if function.node.decorator_list or asynchronous or not call.complete:
            return call
        names = self.parameters(function, call)
        if names is None:
            return call
        value = self._value(body[0].value, Scope(module=function.module, names=names))
        return call if isinstance(value, Unknown) else value

    def parameters(self, function: FunctionDefinition, call: Call) -> dict[str, Value] | None:
        """The parameters of a function as a call sets them; None where the two don't fit."""
        arguments = function.node.args
        positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        if len(call.arguments) > len(positional) and arguments.vararg is None:
            return None
        names: dict[str, Value] = {}
        scope = Scope(module=function.module)
        for name, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            names[name] = self._value(default, scope)
        for keyword, default_or_none in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default_or_none is not None:
                names[keyword.arg] = self._value(default_or_none, scope)
        names.update(zip(positional, call.arguments, strict=False))
        if arguments.vararg is not None:
            names[arguments.vararg.arg] = tuple(call.arguments[len(positional) :])
        expected = {*positional, *(keyword.arg for keyword in arguments.kwonlyargs)}
        names.update({name: value for name, value in call.keywords.items() if name in expected})
        rest = {name: value for name, value in call.keywords.items() if name not in expected}
        if arguments.kwarg is not None:
            names[arguments.kwarg.arg] = rest
        elif rest:
            return None
        return names if all(name in names for name in expected) else None

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return Lambda(node, scope.module)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Value:
        return self._value(node.value, scope)


def _is_unknown(value: Value) -> bool:
    if isinstance(value, Reference):
        return isinstance(value.definition, External)
    return isinstance(value, Unknown | Member)


def _symbolic(symbol: str, value: Value) -> Value:
    return value if isinstance(value, Unknown) else Combination(symbol, (value,))


def _calculated(symbol: str, function: Callable[[Any, Any], Any], one: Value, other: Value) -> Value:
    numbers = isinstance(one, int) and isinstance(other, int)
    if symbol in ("**", "<<") and not (numbers and abs(one) < 1 << 32 and 0 <= other <= 128):
        return Unknown("a large number")
    try:
        value = function(one, other)
    except _FAULTS:
        return Unknown("an expression that fails")
    if isinstance(value, int) and abs(value) > _MAXIMUM_INTEGER:
        return Unknown("a large number")
    return value if not isinstance(value, str | bytes) or len(value) <= _MAXIMUM_LENGTH else Unknown()


def bind(target: ast.expr, value: Value, names: dict[str, Value]) -> bool:
    """Give the names of an assignment's target their values; whether that was possible."""
    match target:
        case ast.Name(id=name):
            names[name] = value
            return True
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            items = builtin_calls.items(value)
            if items is None or len(items) != len(targets):
                return False
            return all(bind(inner, item, names) for inner, item in zip(targets, items, strict=True))
    return False


_METHODS: dict[type[ast.expr], Callable[[Evaluator, Any, Scope], Value]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Call: Evaluator._call,
    ast.List: Evaluator._list,
    ast.Tuple: Evaluator._tuple,
    ast.Set: Evaluator._set,
    ast.Dict: Evaluator._dict,
    ast.JoinedStr: Evaluator._joined,
    ast.BinOp: Evaluator._binary,
    ast.UnaryOp: Evaluator._unary,
    ast.BoolOp: Evaluator._boolean,
    ast.Compare: Evaluator._compare,
    ast.IfExp: Evaluator._conditional,
    ast.Subscript: Evaluator._subscript,
    ast.ListComp: Evaluator._comprehension,
    ast.SetComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.DictComp: Evaluator._dict_comprehension,
    ast.Lambda: Evaluator._lambda,
    ast.NamedExpr: Evaluator._named,
}
