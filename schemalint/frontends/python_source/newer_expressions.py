"""libcst's expressions to `ast`'s."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst

from schemalint.frontends.python_source.newer_places import Places

BINARY: dict[str, type[ast.operator]] = {
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


def expression(places: Places, node: Any) -> Any:
    """The tree of an expression; of one that is not known, a name that nothing has."""
    convert = _EXPRESSIONS.get(type(node).__name__)
    tree = places.place(node, convert(places, node) if convert is not None else ast.Name(id="?", ctx=_LOAD))
    if isinstance(node, cst.Tuple) and node.lpar:
        _bracketed(places, node, tree)
    return tree


def _name(_places: Places, node: cst.Name) -> ast.expr:
    if node.value in ("True", "False", "None"):
        return ast.Constant(value={"True": True, "False": False, "None": None}[node.value])
    return ast.Name(id=node.value, ctx=_LOAD)


def _ellipsis(_places: Places, _node: cst.Ellipsis) -> ast.expr:
    return ast.Constant(value=...)


def _integer(_places: Places, node: cst.Integer) -> ast.expr:
    return ast.Constant(value=ast.literal_eval(node.value))


def _simple_string(_places: Places, node: cst.SimpleString) -> ast.expr:
    return ast.Constant(value=ast.literal_eval(node.value))


def _concatenated_string(places: Places, node: cst.ConcatenatedString) -> ast.expr:
    parts: list[Any] = []
    current: Any = node
    while isinstance(current, cst.ConcatenatedString):
        parts.append(expression(places, current.left))
        current = current.right
    parts.append(expression(places, current))
    if all(isinstance(part, ast.Constant) for part in parts):
        first = parts[0].value
        return ast.Constant(value=type(first)().join(part.value for part in parts))
    values: list[Any] = []
    for part in parts:
        for value in part.values if isinstance(part, ast.JoinedStr) else [part]:
            if values and isinstance(value, ast.Constant) and isinstance(values[-1], ast.Constant):
                text = str(values[-1].value) + str(value.value)
                values[-1] = ast.copy_location(ast.Constant(value=text), values[-1])
            else:
                values.append(value)
    return ast.JoinedStr(values=values)


def _formatted_string(places: Places, node: cst.FormattedString) -> ast.expr:
    prefix = node.start.rstrip("\"'").lower().replace("f", "")
    return ast.JoinedStr(values=_formatted(places, node.parts, prefix, node.end))


def _formatted(places: Places, parts: Sequence[Any], prefix: str, quote: str) -> list[ast.expr]:
    found: list[ast.expr] = []
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            text = part.value.replace("{{", "{").replace("}}", "}")
            found.append(places.place(part, ast.Constant(value=_text(text, prefix, quote))))
            continue
        specification = None
        if part.format_spec:
            values = _formatted(places, part.format_spec, prefix, quote)
            specification = places.place(part, ast.JoinedStr(values=values))
        tree = ast.FormattedValue(
            value=expression(places, part.expression),
            conversion=ord(part.conversion) if part.conversion else -1,
            format_spec=specification,
        )
        found.append(places.place(part, tree))
    return found


def _attribute(places: Places, node: cst.Attribute) -> ast.expr:
    return ast.Attribute(value=expression(places, node.value), attr=node.attr.value, ctx=_LOAD)


def _call(places: Places, node: cst.Call) -> ast.expr:
    positional, keywords = arguments(places, node.args)
    return ast.Call(func=expression(places, node.func), args=positional, keywords=keywords)


def arguments(places: Places, nodes: Iterable[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
    """The positional and the keyword arguments of a call or a class."""
    positional: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for node in nodes:
        value = expression(places, node.value)
        if node.star == "*":
            positional.append(places.place(node, ast.Starred(value=value, ctx=_LOAD)))
        elif node.star == "**" or node.keyword is not None:
            name = node.keyword.value if node.keyword is not None else None
            keywords.append(places.place(node, ast.keyword(arg=name, value=value)))
        else:
            positional.append(value)
    return positional, keywords


def _subscript(places: Places, node: cst.Subscript) -> ast.expr:
    parts: list[Any] = []
    for element in node.slice:
        part: Any = element.slice
        if isinstance(part, cst.Index):
            parts.append(expression(places, part.value))
        else:
            edges = (
                expression(places, edge) if edge is not None else None
                for edge in (part.lower, part.upper, part.step)
            )
            parts.append(places.place(part, ast.Slice(*edges)))
    whole = parts[0] if len(parts) == 1 else places.place(node, ast.Tuple(elts=parts, ctx=_LOAD))
    return ast.Subscript(value=expression(places, node.value), slice=whole, ctx=_LOAD)


def _elements(places: Places, nodes: Iterable[Any]) -> list[ast.expr]:
    return [
        places.place(node, ast.Starred(value=expression(places, node.value), ctx=_LOAD))
        if isinstance(node, cst.StarredElement)
        else expression(places, node.value)
        for node in nodes
    ]


def _tuple(places: Places, node: cst.Tuple) -> ast.expr:
    return ast.Tuple(elts=_elements(places, node.elements), ctx=_LOAD)


def _bracketed(places: Places, node: cst.Tuple, tree: ast.expr) -> None:
    """A tuple's brackets are part of it, where it has any."""
    first = places.place(node.lpar[-1], ast.Pass())
    last = places.place(node.rpar[0], ast.Pass())
    tree.lineno, tree.col_offset = first.lineno, first.col_offset
    tree.end_lineno, tree.end_col_offset = last.end_lineno, last.end_col_offset


def _list(places: Places, node: cst.List) -> ast.expr:
    return ast.List(elts=_elements(places, node.elements), ctx=_LOAD)


def _set(places: Places, node: cst.Set) -> ast.expr:
    return ast.Set(elts=_elements(places, node.elements))


def _dict(places: Places, node: cst.Dict) -> ast.expr:
    keys = [
        expression(places, element.key) if isinstance(element, cst.DictElement) else None
        for element in node.elements
    ]
    return ast.Dict(keys=keys, values=[expression(places, element.value) for element in node.elements])


def _unary_operation(places: Places, node: cst.UnaryOperation) -> ast.expr:
    operator = _UNARY[type(node.operator).__name__]()
    return ast.UnaryOp(op=operator, operand=expression(places, node.expression))


def _binary_operation(places: Places, node: cst.BinaryOperation) -> ast.expr:
    operator = BINARY[type(node.operator).__name__]()
    return ast.BinOp(left=expression(places, node.left), op=operator, right=expression(places, node.right))


def _boolean_operation(places: Places, node: cst.BooleanOperation) -> ast.expr:
    kind = type(node.operator)
    values = [expression(places, node.right)]
    left: Any = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind and not left.lpar:
        values.append(expression(places, left.right))
        left = left.left
    values.append(expression(places, left))
    return ast.BoolOp(op=ast.And() if kind is cst.And else ast.Or(), values=values[::-1])


def _comparison(places: Places, node: cst.Comparison) -> ast.expr:
    return ast.Compare(
        left=expression(places, node.left),
        ops=[_COMPARISON[type(target.operator).__name__]() for target in node.comparisons],
        comparators=[expression(places, target.comparator) for target in node.comparisons],
    )


def _if_exp(places: Places, node: cst.IfExp) -> ast.expr:
    return ast.IfExp(
        test=expression(places, node.test),
        body=expression(places, node.body),
        orelse=expression(places, node.orelse),
    )


def _named_expr(places: Places, node: cst.NamedExpr) -> ast.expr:
    target: Any = expression(places, node.target)
    return ast.NamedExpr(target=target, value=expression(places, node.value))


def _await(places: Places, node: cst.Await) -> ast.expr:
    return ast.Await(value=expression(places, node.expression))


def _yield(places: Places, node: cst.Yield) -> ast.expr:
    if isinstance(node.value, cst.From):
        return ast.YieldFrom(value=expression(places, node.value.item))
    return ast.Yield(value=expression(places, node.value) if node.value is not None else None)


def _lambda(places: Places, node: cst.Lambda) -> ast.expr:
    return ast.Lambda(args=parameters(places, node.params), body=expression(places, node.body))


def _list_comp(places: Places, node: cst.ListComp) -> ast.expr:
    return ast.ListComp(elt=expression(places, node.elt), generators=_generators(places, node.for_in))


def _set_comp(places: Places, node: cst.SetComp) -> ast.expr:
    return ast.SetComp(elt=expression(places, node.elt), generators=_generators(places, node.for_in))


def _generator_exp(places: Places, node: cst.GeneratorExp) -> ast.expr:
    return ast.GeneratorExp(elt=expression(places, node.elt), generators=_generators(places, node.for_in))


def _dict_comp(places: Places, node: cst.DictComp) -> ast.expr:
    return ast.DictComp(
        key=expression(places, node.key),
        value=expression(places, node.value),
        generators=_generators(places, node.for_in),
    )


def _generators(places: Places, node: cst.CompFor | None) -> list[ast.comprehension]:
    found = []
    while node is not None:
        found.append(
            ast.comprehension(
                target=expression(places, node.target),
                iter=expression(places, node.iter),
                ifs=[expression(places, condition.test) for condition in node.ifs],
                is_async=int(node.asynchronous is not None),
            )
        )
        node = node.inner_for_in
    return found


def parameters(places: Places, node: cst.Parameters) -> ast.arguments:
    """The parameters of a function, without their annotations."""

    def parameter(param: cst.Param) -> ast.arg:
        placed: ast.arg = places.place(param, ast.arg(arg=param.name.value, annotation=None))
        return placed

    def default(param: cst.Param) -> Any:
        return expression(places, param.default) if param.default is not None else None

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


def _text(text: str, prefix: str, quote: str) -> str:
    """A piece of an f-string's text with its escapes read."""
    if "\\" not in text or "r" in prefix:
        return text
    try:
        value = ast.literal_eval(f"{prefix}{quote}{text}{quote}")
    except (SyntaxError, ValueError):
        return text
    return value if isinstance(value, str) else text


_EXPRESSIONS: dict[str, Callable[[Places, Any], ast.expr]] = {
    "Name": _name,
    "Ellipsis": _ellipsis,
    "Integer": _integer,
    "SimpleString": _simple_string,
    "ConcatenatedString": _concatenated_string,
    "FormattedString": _formatted_string,
    "Attribute": _attribute,
    "Call": _call,
    "Subscript": _subscript,
    "Tuple": _tuple,
    "List": _list,
    "Set": _set,
    "Dict": _dict,
    "UnaryOperation": _unary_operation,
    "BinaryOperation": _binary_operation,
    "BooleanOperation": _boolean_operation,
    "Comparison": _comparison,
    "IfExp": _if_exp,
    "NamedExpr": _named_expr,
    "Await": _await,
    "Yield": _yield,
    "Lambda": _lambda,
    "ListComp": _list_comp,
    "SetComp": _set_comp,
    "GeneratorExp": _generator_exp,
    "DictComp": _dict_comp,
    "Float": _integer,
    "Imaginary": _integer,
}
