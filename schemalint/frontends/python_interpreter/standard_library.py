"""What is known of the standard library, as far as it decides what a schema looks like."""

from __future__ import annotations

import itertools
import textwrap
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.enumerations import AUTO, ENUMERATIONS
from schemalint.frontends.python_interpreter.functions import Function, Wrapper
from schemalint.frontends.python_interpreter.managers import ContextManagerFunction, NullContext
from schemalint.frontends.python_interpreter.named_tuples import NAMED_TUPLES
from schemalint.frontends.python_interpreter.regular_expressions import REGULAR_EXPRESSIONS
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    External,
    Native,
    PythonObject,
    Unknown,
    Value,
    first_unknown,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_PRODUCT = 10_000


class DefaultDictionary(dict[Value, Value]):
    """`collections.defaultdict`."""

    def __init__(self, factory: Value) -> None:
        super().__init__()
        self.factory = factory


class Partial(PythonObject):
    """`functools.partial`."""

    __slots__ = ("function", "given")

    def __init__(self, function: Value, given: Arguments) -> None:
        self.function = function
        self.given = given

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The call with what was given before."""
        return interpreter.called(
            self.function,
            Arguments(
                positional=[*self.given.positional, *arguments.positional],
                keywords={**self.given.keywords, **arguments.keywords},
                site=arguments.site,
                complete=self.given.complete and arguments.complete,
            ),
        )


class Environment(PythonObject):
    """`os.environ`, as if nothing were set in it."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`get` gives the default."""
        if name == "get":
            return Native("os.environ.get", _default)
        return Unknown("the environment")

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """Nothing is set."""
        return False


def _default(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(1, "default")


def _partial(interpreter: Interpreter, arguments: Arguments) -> Value:
    if not arguments.positional:
        return Unknown("functools.partial")
    return Partial(arguments.positional[0], arguments.without_first())


def _same(interpreter: Interpreter, arguments: Arguments) -> Value:
    """A decorator, with or without arguments, that leaves what it decorates as it is."""
    if len(arguments.positional) == 1 and isinstance(arguments.positional[0], PythonObject):
        return arguments.positional[0]
    return Native("decorator", lambda machine, given: given.get(0, "function"))


def _wraps(interpreter: Interpreter, arguments: Arguments) -> Value:
    return Native("decorator", lambda machine, given: given.get(0, "function"))


def _context_manager(interpreter: Interpreter, arguments: Arguments) -> Value:
    function = arguments.get(0, "function")
    return ContextManagerFunction(function) if isinstance(function, Function) else function


def _null_context(interpreter: Interpreter, arguments: Arguments) -> Value:
    return NullContext(arguments.get(0, "enter_result"))


def _suppress(interpreter: Interpreter, arguments: Arguments) -> Value:
    return NullContext(None, suppresses=True)


def _dedent(interpreter: Interpreter, arguments: Arguments) -> Value:
    text = arguments.get(0, "text")
    return textwrap.dedent(text) if isinstance(text, str) else first_unknown(text) or Unknown("a text")


def _chain(interpreter: Interpreter, arguments: Arguments) -> Value:
    found: list[Value] = []
    for value in arguments.positional:
        items = interpreter.items(value)
        if isinstance(items, Unknown):
            return items
        found += items
    return found


def _product(interpreter: Interpreter, arguments: Arguments) -> Value:
    lists: list[list[Value]] = []
    size = 1
    for value in arguments.positional:
        items = interpreter.items(value)
        if isinstance(items, Unknown):
            return items
        size *= len(items)
        if size > _MAXIMUM_PRODUCT:
            return Unknown("a long product")
        lists.append(items)
    return list(itertools.product(*lists))


def _pairwise(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    return items if isinstance(items, Unknown) else list(itertools.pairwise(items))


def _default_dictionary(interpreter: Interpreter, arguments: Arguments) -> Value:
    return DefaultDictionary(arguments.get(0, "default_factory"))


def _ordered_dictionary(interpreter: Interpreter, arguments: Arguments) -> Value:
    return interpreter.called(interpreter.builtin("dict"), arguments)


def _cast(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(1, "val")


def _type_variable(interpreter: Interpreter, arguments: Arguments) -> Value:
    return External("typing.Any")


def _import_module(interpreter: Interpreter, arguments: Arguments) -> Value:
    name, package = arguments.get(0, "name"), arguments.get(1, "package")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("a module")
    if name.startswith("."):
        if not isinstance(package, str):
            return Unknown("a module")
        levels = len(name) - len(name.lstrip("."))
        parents = package.split(".")
        name = ".".join([*parents[: len(parents) - levels + 1], name.lstrip(".")])
    return interpreter.imported_module(name, arguments.site.module.path)


STANDARD_LIBRARY: dict[str, Value] = {
    **ENUMERATIONS,
    "enum.auto": AUTO,
    "os.environ": Environment(),
    "os.getenv": Native("os.getenv", _default),
    "functools.partial": Native("functools.partial", _partial),
    "functools.wraps": Native("functools.wraps", _wraps),
    "functools.lru_cache": Native("functools.lru_cache", _same),
    "functools.cache": Native("functools.cache", _same),
    "functools.cached_property": Wrapper("property"),
    "contextlib.contextmanager": Native("contextlib.contextmanager", _context_manager),
    "contextlib.asynccontextmanager": Native("contextlib.asynccontextmanager", _context_manager),
    "contextlib.nullcontext": Native("contextlib.nullcontext", _null_context),
    "contextlib.suppress": Native("contextlib.suppress", _suppress),
    "textwrap.dedent": Native("textwrap.dedent", _dedent),
    "inspect.cleandoc": Native("inspect.cleandoc", _dedent),
    "itertools.chain": Native("itertools.chain", _chain),
    "itertools.product": Native("itertools.product", _product),
    "itertools.pairwise": Native("itertools.pairwise", _pairwise),
    "collections.defaultdict": Native("collections.defaultdict", _default_dictionary),
    "collections.OrderedDict": Native("collections.OrderedDict", _ordered_dictionary),
    "importlib.import_module": Native("importlib.import_module", _import_module),
    **REGULAR_EXPRESSIONS,
    **NAMED_TUPLES,
    "typing.cast": Native("typing.cast", _cast),
    "typing.TypeVar": Native("typing.TypeVar", _type_variable),
    "typing.TYPE_CHECKING": False,
    "typing_extensions.TYPE_CHECKING": False,
    "typing.final": Native("typing.final", _same),
    "typing.no_type_check": Native("typing.no_type_check", _same),
    "dataclasses.dataclass": Native("dataclasses.dataclass", _same),
    "sys.version_info": (3, 13, 0, "final", 0),
    "sys.platform": "linux",
}
