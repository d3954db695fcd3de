"""Syntax newer than the Python that runs the linter: each way to read it finds the same things."""

from __future__ import annotations

import ast
import time

import pytest

from schemalint.frontends.python_source import newer_syntax
from schemalint.frontends.python_source.older_words import in_older_words
from schemalint.frontends.python_source.parse import Module, parse
from schemalint.source import SourceFile

_NEWER = {
    "alias": "type Key = int | None\nx = call(1, name='ä')\n",
    "alias in a block": "if True:\n    type Key[T] = list[T]; y = call(2)\n",
    "alias over lines": "type Long = (\n    int\n    | str\n)\nx = call(3)\n",
    "function": "async def load[T: (int, str), *Ts](a, b=call(4)):\n    return call(5)\n",
    "class": "class Repository[M: Model[int]](Base[M]):\n    column = call(6)\n",
    "class over lines": "class Service[\n    M: Model,\n    C,\n](Base[M, C]):\n    column = call(7)\n",
    "line ends of Windows": "class Service[\r\n    M,\r\n](Base):\r\n    column = call(8)\r\n",
    "handlers": "try:\n    call(9)\nexcept TypeError, a.ValueError:\n    call(10)\n",
}


def _calls(tree: ast.Module) -> list[tuple[str, int, int]]:
    return [
        (ast.unparse(node), node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("text", _NEWER.values(), ids=_NEWER)
def test_older_words_say_the_same(text: str) -> None:
    older = in_older_words(text)
    assert len(older) == len(text)
    read = parse(SourceFile("a.py", text))
    assert isinstance(read, Module)
    assert _calls(read.tree) == _calls(ast.parse(older)) != []


@pytest.mark.parametrize("text", _NEWER.values(), ids=_NEWER)
def test_libcst_sees_the_same(text: str) -> None:
    tree = newer_syntax.parse(text)
    assert isinstance(tree, ast.Module)
    assert sorted(_calls(tree)) == sorted(_calls(ast.parse(in_older_words(text))))


def test_an_alias_is_an_assignment_on_every_host() -> None:
    read = parse(SourceFile("a.py", "type Key = int\n"))
    assert isinstance(read, Module)
    assert [type(statement) for statement in read.tree.body] == [ast.Assign]


@pytest.mark.parametrize(
    "text",
    [
        'sql = """\ntype Key = int\nclass A[B](C):\nexcept a, b:\n"""\n',
        "# type Key = int\ntype = 1\ntype == 2\n",
        "x = '''\ndef a[b](c):\n'''\nclass C(A[B]):\n    pass\n",
    ],
)
def test_what_is_old_stays(text: str) -> None:
    assert in_older_words(text) == text


@pytest.mark.parametrize(
    "piece", ["class A[\n", "class A[x,", "def a[[[[", "except a, b, ", "type a[", '"""', "'\\\n"]
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    began = time.process_time()
    in_older_words(piece * 20_000)
    in_older_words("class A[\n" + piece * 20_000)
    assert time.process_time() - began < 5
