"""Strings as they are written in a Python file: in the quotes that the file uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What would be lost in a Python file, or can't be in one."""


def quote_of(text: str) -> str:
    """The quotes that a file uses more often."""
    return "'" if text.count("'") > text.count('"') else '"'


def strings(tree: ast.AST) -> Iterator[str]:
    """The strings that are used for something; docstrings, and what else stands for itself, are not."""
    idle = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in idle:
            yield node.value


def literal(text: str, quote: str = '"') -> str:
    """A string on one line, in other quotes where that saves escapes; of several lines in triple quotes."""
    escaped = _UNSHOWN.sub(lambda match: repr(match[0])[1:-1], text.replace("\\", "\\\\"))
    if "\n" in text:
        escaped = escaped.replace('"""', '\\"\\"\\"')
        return f'"""{escaped[:-1]}\\""""' if escaped.endswith('"') else f'"""{escaped}"""'
    if quote in text:
        other = "'" if quote == '"' else '"'
        if other in text:
            escaped = escaped.replace(quote, f"\\{quote}")
        else:
            quote = other
    return f"{quote}{escaped}{quote}"


def list_literal(names: tuple[str, ...], quote: str = '"') -> str:
    """A list of strings."""
    return f"[{', '.join(literal(name, quote) for name in names)}]"
