"""libcst's statements to `ast`'s."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from schemalint.frontends.python_source.newer_expressions import BINARY, arguments, expression, parameters
from schemalint.frontends.python_source.newer_places import Places


def statements(places: Places, body: Iterable[cst.CSTNode]) -> list[ast.stmt]:
    """The trees of the statements of a body."""
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            found += [statement(places, small) for small in node.body]
        else:
            found.append(statement(places, node))
    return found


def block(places: Places, node: Any) -> list[ast.stmt]:
    """The statements of a suite; none of a clause that is not there."""
    if node is None:
        return []
    body = node if isinstance(node, cst.IndentedBlock | cst.SimpleStatementSuite) else node.body
    if isinstance(body, cst.SimpleStatementSuite):
        return [statement(places, small) for small in body.body]
    return statements(places, body.body)


def statement(places: Places, node: Any) -> ast.stmt:
    """The tree of one statement; of one that is not known, `pass`."""
    convert = _STATEMENTS.get(type(node).__name__)
    tree = convert(places, node) if convert is not None else ast.Pass()
    placed: ast.stmt = places.place(node, tree)
    return placed


def _expr(places: Places, node: cst.Expr) -> ast.stmt:
    return ast.Expr(value=expression(places, node.value))


def _assign(places: Places, node: cst.Assign) -> ast.stmt:
    targets = [expression(places, target.target) for target in node.targets]
    return ast.Assign(targets=targets, value=expression(places, node.value))


def _ann_assign(places: Places, node: cst.AnnAssign) -> ast.stmt:
    target: Any = expression(places, node.target)
    annotation = expression(places, node.annotation.annotation)
    value = expression(places, node.value) if node.value is not None else None
    return ast.AnnAssign(target=target, annotation=annotation, value=value, simple=1)


def _aug_assign(places: Places, node: cst.AugAssign) -> ast.stmt:
    operator = BINARY.get(type(node.operator).__name__.removesuffix("Assign"), ast.Add)
    target: Any = expression(places, node.target)
    return ast.AugAssign(target=target, op=operator(), value=expression(places, node.value))


def _type_alias(places: Places, node: Any) -> ast.stmt:
    return ast.Assign(targets=[expression(places, node.name)], value=expression(places, node.value))


def _return(places: Places, node: cst.Return) -> ast.stmt:
    return ast.Return(value=expression(places, node.value) if node.value is not None else None)


def _raise(places: Places, node: cst.Raise) -> ast.stmt:
    cause = expression(places, node.cause.item) if node.cause is not None else None
    return ast.Raise(exc=expression(places, node.exc) if node.exc is not None else None, cause=cause)


def _assert(places: Places, node: cst.Assert) -> ast.stmt:
    return ast.Assert(test=expression(places, node.test), msg=None)


def _del(places: Places, node: cst.Del) -> ast.stmt:
    return ast.Delete(targets=[expression(places, node.target)])


def _break(_places: Places, _node: cst.Break) -> ast.stmt:
    return ast.Break()


def _continue(_places: Places, _node: cst.Continue) -> ast.stmt:
    return ast.Continue()


def _global(_places: Places, node: cst.Global) -> ast.stmt:
    return ast.Global(names=[item.name.value for item in node.names])


def _nonlocal(_places: Places, node: cst.Nonlocal) -> ast.stmt:
    return ast.Nonlocal(names=[item.name.value for item in node.names])


def _import(places: Places, node: cst.Import) -> ast.stmt:
    return ast.Import(names=[_alias(places, alias) for alias in node.names])


def _import_from(places: Places, node: cst.ImportFrom) -> ast.stmt:
    module = _dotted(node.module) if node.module is not None else None
    if isinstance(node.names, cst.ImportStar):
        names = [places.place(node, ast.alias(name="*"))]
    else:
        names = [_alias(places, alias) for alias in node.names]
    return ast.ImportFrom(module=module, names=names, level=len(node.relative))


def _alias(places: Places, node: cst.ImportAlias) -> ast.alias:
    name = node.asname.name if node.asname is not None else None
    tree = ast.alias(name=_dotted(node.name), asname=name.value if isinstance(name, cst.Name) else None)
    placed: ast.alias = places.place(node, tree)
    return placed


def _if(places: Places, node: cst.If) -> ast.stmt:
    orelse: list[ast.stmt] = []
    if isinstance(node.orelse, cst.If):
        orelse = [statement(places, node.orelse)]
    elif node.orelse is not None:
        orelse = block(places, node.orelse.body)
    return ast.If(test=expression(places, node.test), body=block(places, node.body), orelse=orelse)


def _for(places: Places, node: cst.For) -> ast.stmt:
    return (ast.AsyncFor if node.asynchronous else ast.For)(
        target=expression(places, node.target),
        iter=expression(places, node.iter),
        body=block(places, node.body),
        orelse=block(places, node.orelse),
    )


def _while(places: Places, node: cst.While) -> ast.stmt:
    return ast.While(
        test=expression(places, node.test), body=block(places, node.body), orelse=block(places, node.orelse)
    )


def _with(places: Places, node: cst.With) -> ast.stmt:
    items = [
        ast.withitem(
            context_expr=expression(places, item.item),
            optional_vars=expression(places, item.asname.name) if item.asname is not None else None,
        )
        for item in node.items
    ]
    return (ast.AsyncWith if node.asynchronous else ast.With)(items=items, body=block(places, node.body))


def _try(places: Places, node: Any) -> ast.stmt:
    handlers = []
    for handler in node.handlers:
        name = handler.name.name.value if handler.name is not None else None
        kind = expression(places, handler.type) if handler.type is not None else None
        tree = ast.ExceptHandler(type=kind, name=name, body=block(places, handler.body))
        handlers.append(places.place(handler, tree))
    return ast.Try(
        body=block(places, node.body),
        handlers=handlers,
        orelse=block(places, node.orelse),
        finalbody=block(places, node.finalbody),
    )


def _match(places: Places, node: cst.Match) -> ast.stmt:
    cases = [
        ast.match_case(
            pattern=places.place(node, ast.MatchAs()),
            guard=expression(places, case.guard) if case.guard is not None else None,
            body=block(places, case.body),
        )
        for case in node.cases
    ]
    return ast.Match(subject=expression(places, node.subject), cases=cases)


def _function_def(places: Places, node: cst.FunctionDef) -> ast.stmt:
    tree: Any = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
    found: ast.stmt = tree(
        name=node.name.value,
        args=parameters(places, node.params),
        body=block(places, node.body),
        decorator_list=[expression(places, item.decorator) for item in node.decorators],
        returns=expression(places, node.returns.annotation) if node.returns is not None else None,
        type_comment=None,
    )
    return found


def _class_def(places: Places, node: cst.ClassDef) -> ast.stmt:
    positional, keywords = arguments(places, [*node.bases, *node.keywords])
    return ast.ClassDef(
        name=node.name.value,
        bases=positional,
        keywords=keywords,
        body=block(places, node.body),
        decorator_list=[expression(places, item.decorator) for item in node.decorators],
    )


def _dotted(node: Any) -> str:
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(node.value)
    return ".".join(reversed(parts))


_STATEMENTS: dict[str, Callable[[Places, Any], ast.stmt]] = {
    "Expr": _expr,
    "Assign": _assign,
    "AnnAssign": _ann_assign,
    "AugAssign": _aug_assign,
    "TypeAlias": _type_alias,
    "Return": _return,
    "Raise": _raise,
    "Assert": _assert,
    "Del": _del,
    "Break": _break,
    "Continue": _continue,
    "Global": _global,
    "Nonlocal": _nonlocal,
    "Import": _import,
    "ImportFrom": _import_from,
    "If": _if,
    "For": _for,
    "While": _while,
    "With": _with,
    "Try": _try,
    "Match": _match,
    "FunctionDef": _function_def,
    "ClassDef": _class_def,
    "TryStar": _try,
}
