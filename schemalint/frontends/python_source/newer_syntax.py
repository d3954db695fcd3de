"""Python newer than the one that runs us, to the same trees: libcst's grammar, `ast`'s nodes.

libcst's parser recurses without a bound (deep nesting ends the process) and needs more than linear time for
long chains, so a look at the text comes first; what it refuses, no person wrote. Type parameters and
annotations of parameters are dropped, patterns of `match` are taken for wildcards.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper

from schemalint.frontends.python_source.newer_places import Places
from schemalint.frontends.python_source.newer_statements import statements

MAXIMUM_CHARACTERS = 300_000
MAXIMUM_DEPTH = 90
MAXIMUM_RUN = 600

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|[A-Za-z]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\w+|.""",
    re.DOTALL,
)
_PLACE = re.compile(r"error at (\d+):(\d+)")


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
        places = Places(text, wrapper)
        return ast.Module(body=statements(places, wrapper.module.body), type_ignores=[])
    except cst.ParserSyntaxError as error:
        place = _PLACE.search(str(error))
        return Refusal(int(place[1]), int(place[2]) + 1) if place else None
    except Exception:  # noqa: BLE001 - whatever else libcst may raise, also while it computes places
        return None


def _is_tame(text: str) -> bool:
    """Whether brackets are nested, and operands chained, no deeper than people do it.

    Strings are opaque to this look, so what stands in an f-string counts by its braces.
    """
    if len(text) > MAXIMUM_CHARACTERS or text.count("elif") > MAXIMUM_RUN:
        return False
    run = 0
    continued = False
    outer: list[int] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "([{":
            outer.append(run)
            run = 0
            if len(outer) > MAXIMUM_DEPTH:
                return False
        elif token in ")]}":
            run = outer.pop() + 1 if outer else 0
        elif token[0] in "\"'" or token[-1:] in "\"'":
            if token.count("{") > 4 * MAXIMUM_RUN or "{" * 20 in token.replace("{{", ""):
                return False
            run += token[0] not in "\"'"
        elif token in ",;" or (not outer and not continued and token.isspace() and "\n" in token):
            run = 0
        elif not token.isspace():
            run += 1
        if run > MAXIMUM_RUN:
            return False
        continued = token == "\\"
    return True
