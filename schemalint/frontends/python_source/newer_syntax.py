"""Python newer than the one that runs us, to the same trees: libcst's grammar, `ast`'s nodes.

libcst's parser recurses without a bound (deep nesting ends the process) and needs more than linear time for
long chains, so a look at the text comes first; what it refuses, no person wrote. Type parameters and
annotations of parameters are dropped, patterns of `match` are taken for wildcards.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

MAXIMUM_CHARACTERS = 1_500_000
MAXIMUM_DEPTH = 90
MAXIMUM_RUN = 600

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|[A-Za-z]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\w+|.""",
    re.DOTALL,
)
_PLACE = re.compile(r"error at (\d+):(\d+)")
_LINE_END = re.compile(r"\r\n|\r|\n")


class Refusal(NamedTuple):
    """Where libcst saw no Python: line and column, both from 1."""

    line: int
    column: int


def parse(text: str) -> ast.Module | Refusal | None:
    """The tree of `text`, where it stops being Python, or None if it is not fit to be tried."""
    if not _is_tame(text):
        return None
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        return _Conversion(text, wrapper).module()
    except cst.ParserSyntaxError as error:
        place = _PLACE.search(str(error))
        return Refusal(int(place[1]), int(place[2]) + 1) if place else None
    except Exception:  # whatever else libcst may raise, also while it computes places
        return None


def _is_tame(text: str) -> bool:
    """Whether brackets are nested, and operands chained, no deeper than people do it.

    Strings are opaque to this look, so what stands in an f-string counts by its braces.
    """
    if len(text) > MAXIMUM_CHARACTERS or text.count("elif") > MAXIMUM_RUN:
        return False
    depth = run = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "([{":
            depth += 1
            run = 0
            if depth > MAXIMUM_DEPTH:
                return False
        elif token in ")]}":
            depth = max(0, depth - 1)
            run += 1
        elif token[0] in "\"'" or token[-1:] in "\"'":
            if token.count("{") > 4 * MAXIMUM_RUN or "{" * 20 in token.replace("{{", ""):
                return False
            run += token[0] not in "\"'"
        elif token in ",;:=" or (depth == 0 and token.isspace() and "\n" in token):
            run = 0
        elif not token.isspace():
            run += 1
        if run > MAXIMUM_RUN:
            return False
    return True


_BINARY: dict[str, type[ast.operator]] = {
    "Add": ast.Add,
    "Subtract": ast.Sub,
    "Multiply": ast.Mult,
    "MatrixMultiply": ast.MatMult,
    "Divide": ast.Div,
    "FloorDivide": ast.FloorDiv,
    "Modulo": ast.Mod,
    "Power": ast.Pow,
    "LeftShift": ast.LShift,
    "RightShift": ast.RShift,
    "BitOr": ast.BitOr,
    "BitAnd": ast.BitAnd,
    "BitXor": ast.BitXor,
}
_UNARY: dict[str, type[ast.unaryop]] = {
    "Plus": ast.UAdd,
    "Minus": ast.USub,
    "BitInvert": ast.Invert,
    "Not": ast.Not,
}
_COMPARISON: dict[str, type[ast.cmpop]] = {
    "LessThan": ast.Lt,
    "GreaterThan": ast.Gt,
    "Equal": ast.Eq,
    "LessThanEqual": ast.LtE,
    "GreaterThanEqual": ast.GtE,
    "NotEqual": ast.NotEq,
    "In": ast.In,
    "NotIn": ast.NotIn,
    "Is": ast.Is,
    "IsNot": ast.IsNot,
}
_LOAD = ast.Load()


class _Conversion:
    """One file on its way from libcst's nodes to `ast`'s."""

    def __init__(self, text: str, wrapper: MetadataWrapper) -> None:
        self.text = text
        self.root = wrapper.module
        self.positions = wrapper.resolve(PositionProvider)
        self.line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def module(self) -> ast.Module:
        return ast.Module(body=self.statements(self.root.body), type_ignores=[])

    def _column(self, line: int, column: int) -> int:
        if self.text.isascii():
            return column
        start = self.line_starts[line - 1]
        return len(self.text[start : start + column].encode())

    def place(self, node: cst.CSTNode, tree: Any) -> Any:
        """`tree` with the place of `node`."""
        where = self.positions[node]
        tree.lineno = where.start.line
        tree.col_offset = self._column(where.start.line, where.start.column)
        tree.end_lineno = where.end.line
        tree.end_col_offset = self._column(where.end.line, where.end.column)
        return tree

    # statements

    def statements(self, body: Iterable[cst.CSTNode]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for node in body:
            if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
                found += [self.statement(small) for small in node.body]
            else:
                found.append(self.statement(node))
        return found

    def block(self, node: Any) -> list[ast.stmt]:
        """The statements of a suite; none of a clause that is not there."""
        if node is None:
            return []
        body = node if isinstance(node, cst.IndentedBlock | cst.SimpleStatementSuite) else node.body
        if isinstance(body, cst.SimpleStatementSuite):
            return [self.statement(small) for small in body.body]
        return self.statements(body.body)

    def statement(self, node: Any) -> ast.stmt:
        convert = getattr(self, f"statement_{type(node).__name__}", None)
        tree = convert(node) if convert is not None else ast.Pass()
        placed: ast.stmt = self.place(node, tree)
        return placed

    def statement_Expr(self, node: cst.Expr) -> ast.stmt:
        return ast.Expr(value=self.expression(node.value))

    def statement_Assign(self, node: cst.Assign) -> ast.stmt:
        targets = [self.expression(target.target) for target in node.targets]
        return ast.Assign(targets=targets, value=self.expression(node.value))

    def statement_AnnAssign(self, node: cst.AnnAssign) -> ast.stmt:
        target: Any = self.expression(node.target)
        annotation = self.expression(node.annotation.annotation)
        value = self.expression(node.value) if node.value is not None else None
        return ast.AnnAssign(target=target, annotation=annotation, value=value, simple=1)

    def statement_AugAssign(self, node: cst.AugAssign) -> ast.stmt:
        operator = _BINARY.get(type(node.operator).__name__.removesuffix("Assign"), ast.Add)
        target: Any = self.expression(node.target)
        return ast.AugAssign(target=target, op=operator(), value=self.expression(node.value))

    def statement_TypeAlias(self, node: Any) -> ast.stmt:
        return ast.Assign(targets=[self.expression(node.name)], value=self.expression(node.value))

    def statement_Return(self, node: cst.Return) -> ast.stmt:
        return ast.Return(value=self.expression(node.value) if node.value is not None else None)

    def statement_Raise(self, node: cst.Raise) -> ast.stmt:
        cause = self.expression(node.cause.item) if node.cause is not None else None
        return ast.Raise(exc=self.expression(node.exc) if node.exc is not None else None, cause=cause)

    def statement_Assert(self, node: cst.Assert) -> ast.stmt:
        return ast.Assert(test=self.expression(node.test), msg=None)

    def statement_Del(self, node: cst.Del) -> ast.stmt:
        return ast.Delete(targets=[self.expression(node.target)])

    def statement_Break(self, node: cst.Break) -> ast.stmt:
        return ast.Break()

    def statement_Continue(self, node: cst.Continue) -> ast.stmt:
        return ast.Continue()

    def statement_Global(self, node: cst.Global) -> ast.stmt:
        return ast.Global(names=[item.name.value for item in node.names])

    def statement_Nonlocal(self, node: cst.Nonlocal) -> ast.stmt:
        return ast.Nonlocal(names=[item.name.value for item in node.names])

    def statement_Import(self, node: cst.Import) -> ast.stmt:
        return ast.Import(names=[self.alias(alias) for alias in node.names])

    def statement_ImportFrom(self, node: cst.ImportFrom) -> ast.stmt:
        module = _dotted(node.module) if node.module is not None else None
        if isinstance(node.names, cst.ImportStar):
            names = [self.place(node, ast.alias(name="*"))]
        else:
            names = [self.alias(alias) for alias in node.names]
        return ast.ImportFrom(module=module, names=names, level=len(node.relative))

    def alias(self, node: cst.ImportAlias) -> ast.alias:
        name = node.asname.name if node.asname is not None else None
        tree = ast.alias(name=_dotted(node.name), asname=name.value if isinstance(name, cst.Name) else None)
        placed: ast.alias = self.place(node, tree)
        return placed

    def statement_If(self, node: cst.If) -> ast.stmt:
        orelse: list[ast.stmt] = []
        if isinstance(node.orelse, cst.If):
            orelse = [self.statement(node.orelse)]
        elif node.orelse is not None:
            orelse = self.block(node.orelse.body)
        return ast.If(test=self.expression(node.test), body=self.block(node.body), orelse=orelse)

    def statement_For(self, node: cst.For) -> ast.stmt:
        return (ast.AsyncFor if node.asynchronous else ast.For)(
            target=self.expression(node.target),
            iter=self.expression(node.iter),
            body=self.block(node.body),
            orelse=self.block(node.orelse),
        )

    def statement_While(self, node: cst.While) -> ast.stmt:
        return ast.While(
            test=self.expression(node.test), body=self.block(node.body), orelse=self.block(node.orelse)
        )

    def statement_With(self, node: cst.With) -> ast.stmt:
        items = [
            ast.withitem(
                context_expr=self.expression(item.item),
                optional_vars=self.expression(item.asname.name) if item.asname is not None else None,
            )
            for item in node.items
        ]
        return (ast.AsyncWith if node.asynchronous else ast.With)(items=items, body=self.block(node.body))

    def statement_Try(self, node: Any) -> ast.stmt:
        handlers = []
        for handler in node.handlers:
            name = handler.name.name.value if handler.name is not None else None
            kind = self.expression(handler.type) if handler.type is not None else None
            tree = ast.ExceptHandler(type=kind, name=name, body=self.block(handler.body))
            handlers.append(self.place(handler, tree))
        return ast.Try(
            body=self.block(node.body),
            handlers=handlers,
            orelse=self.block(node.orelse),
            finalbody=self.block(node.finalbody),
        )

    statement_TryStar = statement_Try

    def statement_Match(self, node: cst.Match) -> ast.stmt:
        cases = [
            ast.match_case(
                pattern=self.place(node, ast.MatchAs()),
                guard=self.expression(case.guard) if case.guard is not None else None,
                body=self.block(case.body),
            )
            for case in node.cases
        ]
        return ast.Match(subject=self.expression(node.subject), cases=cases)

    def statement_FunctionDef(self, node: cst.FunctionDef) -> ast.stmt:
        tree: Any = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
        found: ast.stmt = tree(
            name=node.name.value,
            args=self.parameters(node.params),
            body=self.block(node.body),
            decorator_list=[self.expression(item.decorator) for item in node.decorators],
            returns=self.expression(node.returns.annotation) if node.returns is not None else None,
            type_comment=None,
        )
        return found

    def statement_ClassDef(self, node: cst.ClassDef) -> ast.stmt:
        arguments, keywords = self.arguments([*node.bases, *node.keywords])
        return ast.ClassDef(
            name=node.name.value,
            bases=arguments,
            keywords=keywords,
            body=self.block(node.body),
            decorator_list=[self.expression(item.decorator) for item in node.decorators],
        )

    # expressions

    def expression(self, node: Any) -> Any:
        """The tree of an expression; of one that is not known, a name that nothing has."""
        convert = getattr(self, f"expression_{type(node).__name__}", None)
        tree = self.place(node, convert(node) if convert is not None else ast.Name(id="?", ctx=_LOAD))
        if isinstance(node, cst.Tuple) and node.lpar:
            self.bracketed(node, tree)
        return tree

    def expression_Name(self, node: cst.Name) -> ast.expr:
        if node.value in ("True", "False", "None"):
            return ast.Constant(value={"True": True, "False": False, "None": None}[node.value])
        return ast.Name(id=node.value, ctx=_LOAD)

    def expression_Ellipsis(self, node: cst.Ellipsis) -> ast.expr:
        return ast.Constant(value=...)

    def expression_Integer(self, node: cst.Integer) -> ast.expr:
        return ast.Constant(value=ast.literal_eval(node.value))

    expression_Float = expression_Imaginary = expression_Integer

    def expression_SimpleString(self, node: cst.SimpleString) -> ast.expr:
        return ast.Constant(value=ast.literal_eval(node.value))

    def expression_ConcatenatedString(self, node: cst.ConcatenatedString) -> ast.expr:
        parts: list[Any] = []
        current: Any = node
        while isinstance(current, cst.ConcatenatedString):
            parts.append(self.expression(current.left))
            current = current.right
        parts.append(self.expression(current))
        if all(isinstance(part, ast.Constant) for part in parts):
            first = parts[0].value
            return ast.Constant(value=type(first)().join(part.value for part in parts))
        values: list[Any] = []
        for part in parts:
            for value in part.values if isinstance(part, ast.JoinedStr) else [part]:
                if values and isinstance(value, ast.Constant) and isinstance(values[-1], ast.Constant):
                    values[-1].value += value.value
                else:
                    values.append(value)
        return ast.JoinedStr(values=values)

    def expression_FormattedString(self, node: cst.FormattedString) -> ast.expr:
        prefix = node.start.rstrip("\"'").lower().replace("f", "")
        return ast.JoinedStr(values=self.formatted(node.parts, prefix, node.end))

    def formatted(self, parts: Sequence[Any], prefix: str, quote: str) -> list[ast.expr]:
        found: list[ast.expr] = []
        for part in parts:
            if isinstance(part, cst.FormattedStringText):
                text = part.value.replace("{{", "{").replace("}}", "}")
                found.append(self.place(part, ast.Constant(value=_text(text, prefix, quote))))
                continue
            specification = None
            if part.format_spec:
                values = self.formatted(part.format_spec, prefix, quote)
                specification = self.place(part, ast.JoinedStr(values=values))
            tree = ast.FormattedValue(
                value=self.expression(part.expression),
                conversion=ord(part.conversion) if part.conversion else -1,
                format_spec=specification,
            )
            found.append(self.place(part, tree))
        return found

    def expression_Attribute(self, node: cst.Attribute) -> ast.expr:
        return ast.Attribute(value=self.expression(node.value), attr=node.attr.value, ctx=_LOAD)

    def expression_Call(self, node: cst.Call) -> ast.expr:
        arguments, keywords = self.arguments(node.args)
        return ast.Call(func=self.expression(node.func), args=arguments, keywords=keywords)

    def arguments(self, nodes: Iterable[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
        arguments: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for node in nodes:
            value = self.expression(node.value)
            if node.star == "*":
                arguments.append(self.place(node, ast.Starred(value=value, ctx=_LOAD)))
            elif node.star == "**" or node.keyword is not None:
                name = node.keyword.value if node.keyword is not None else None
                keywords.append(self.place(node, ast.keyword(arg=name, value=value)))
            else:
                arguments.append(value)
        return arguments, keywords

    def expression_Subscript(self, node: cst.Subscript) -> ast.expr:
        parts: list[Any] = []
        for element in node.slice:
            part = element.slice
            if isinstance(part, cst.Index):
                parts.append(self.expression(part.value))
            else:
                edges = (
                    self.expression(edge) if edge is not None else None
                    for edge in (part.lower, part.upper, part.step)
                )
                parts.append(self.place(part, ast.Slice(*edges)))
        whole = parts[0] if len(parts) == 1 else self.place(node, ast.Tuple(elts=parts, ctx=_LOAD))
        return ast.Subscript(value=self.expression(node.value), slice=whole, ctx=_LOAD)

    def elements(self, nodes: Iterable[Any]) -> list[ast.expr]:
        return [
            self.place(node, ast.Starred(value=self.expression(node.value), ctx=_LOAD))
            if isinstance(node, cst.StarredElement)
            else self.expression(node.value)
            for node in nodes
        ]

    def expression_Tuple(self, node: cst.Tuple) -> ast.expr:
        return ast.Tuple(elts=self.elements(node.elements), ctx=_LOAD)

    def bracketed(self, node: cst.Tuple, tree: ast.expr) -> None:
        """A tuple's brackets are part of it, where it has any."""
        first = self.place(node.lpar[-1], ast.Pass())
        last = self.place(node.rpar[0], ast.Pass())
        tree.lineno, tree.col_offset = first.lineno, first.col_offset
        tree.end_lineno, tree.end_col_offset = last.end_lineno, last.end_col_offset

    def expression_List(self, node: cst.List) -> ast.expr:
        return ast.List(elts=self.elements(node.elements), ctx=_LOAD)

    def expression_Set(self, node: cst.Set) -> ast.expr:
        return ast.Set(elts=self.elements(node.elements))

    def expression_Dict(self, node: cst.Dict) -> ast.expr:
        keys: list[ast.expr | None] = []
        for element in node.elements:
            keys.append(self.expression(element.key) if isinstance(element, cst.DictElement) else None)
        return ast.Dict(keys=keys, values=[self.expression(element.value) for element in node.elements])

    def expression_UnaryOperation(self, node: cst.UnaryOperation) -> ast.expr:
        operator = _UNARY[type(node.operator).__name__]()
        return ast.UnaryOp(op=operator, operand=self.expression(node.expression))

    def expression_BinaryOperation(self, node: cst.BinaryOperation) -> ast.expr:
        operator = _BINARY[type(node.operator).__name__]()
        return ast.BinOp(left=self.expression(node.left), op=operator, right=self.expression(node.right))

    def expression_BooleanOperation(self, node: cst.BooleanOperation) -> ast.expr:
        kind = type(node.operator)
        values = [self.expression(node.right)]
        left: Any = node.left
        while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind and not left.lpar:
            values.append(self.expression(left.right))
            left = left.left
        values.append(self.expression(left))
        return ast.BoolOp(op=ast.And() if kind is cst.And else ast.Or(), values=values[::-1])

    def expression_Comparison(self, node: cst.Comparison) -> ast.expr:
        return ast.Compare(
            left=self.expression(node.left),
            ops=[_COMPARISON[type(target.operator).__name__]() for target in node.comparisons],
            comparators=[self.expression(target.comparator) for target in node.comparisons],
        )

    def expression_IfExp(self, node: cst.IfExp) -> ast.expr:
        return ast.IfExp(
            test=self.expression(node.test),
            body=self.expression(node.body),
            orelse=self.expression(node.orelse),
        )

    def expression_NamedExpr(self, node: cst.NamedExpr) -> ast.expr:
        target: Any = self.expression(node.target)
        return ast.NamedExpr(target=target, value=self.expression(node.value))

    def expression_Await(self, node: cst.Await) -> ast.expr:
        return ast.Await(value=self.expression(node.expression))

    def expression_Yield(self, node: cst.Yield) -> ast.expr:
        if isinstance(node.value, cst.From):
            return ast.YieldFrom(value=self.expression(node.value.item))
        return ast.Yield(value=self.expression(node.value) if node.value is not None else None)

    def expression_Lambda(self, node: cst.Lambda) -> ast.expr:
        return ast.Lambda(args=self.parameters(node.params), body=self.expression(node.body))

    def expression_ListComp(self, node: cst.ListComp) -> ast.expr:
        return ast.ListComp(elt=self.expression(node.elt), generators=self.generators(node.for_in))

    def expression_SetComp(self, node: cst.SetComp) -> ast.expr:
        return ast.SetComp(elt=self.expression(node.elt), generators=self.generators(node.for_in))

    def expression_GeneratorExp(self, node: cst.GeneratorExp) -> ast.expr:
        return ast.GeneratorExp(elt=self.expression(node.elt), generators=self.generators(node.for_in))

    def expression_DictComp(self, node: cst.DictComp) -> ast.expr:
        return ast.DictComp(
            key=self.expression(node.key),
            value=self.expression(node.value),
            generators=self.generators(node.for_in),
        )

    def generators(self, node: cst.CompFor | None) -> list[ast.comprehension]:
        found = []
        while node is not None:
            found.append(
                ast.comprehension(
                    target=self.expression(node.target),
                    iter=self.expression(node.iter),
                    ifs=[self.expression(condition.test) for condition in node.ifs],
                    is_async=int(node.asynchronous is not None),
                )
            )
            node = node.inner_for_in
        return found

    def parameters(self, node: cst.Parameters) -> ast.arguments:
        def parameter(param: cst.Param) -> ast.arg:
            placed: ast.arg = self.place(param, ast.arg(arg=param.name.value, annotation=None))
            return placed

        def default(param: cst.Param) -> Any:
            return self.expression(param.default) if param.default is not None else None

        positional = [*node.posonly_params, *node.params]
        return ast.arguments(
            posonlyargs=[parameter(param) for param in node.posonly_params],
            args=[parameter(param) for param in node.params],
            vararg=parameter(node.star_arg) if isinstance(node.star_arg, cst.Param) else None,
            kwonlyargs=[parameter(param) for param in node.kwonly_params],
            kw_defaults=[default(param) for param in node.kwonly_params],
            kwarg=parameter(node.star_kwarg) if node.star_kwarg is not None else None,
            defaults=[default(param) for param in positional if param.default is not None],
        )


def _dotted(node: Any) -> str:
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(node.value)
    return ".".join(reversed(parts))


def _text(text: str, prefix: str, quote: str) -> str:
    """A piece of an f-string's text with its escapes read."""
    if "\\" not in text or "r" in prefix:
        return text
    try:
        value = ast.literal_eval(f"{prefix}{quote}{text}{quote}")
    except (SyntaxError, ValueError):
        return text
    return value if isinstance(value, str) else text
