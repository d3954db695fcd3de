"""Python's builtin functions and classes."""

from __future__ import annotations

import builtins as python
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import BoundMethod, Function, Wrapper
from schemalint.frontends.python_interpreter.methods import sorted_items
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.showing import shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    CONSTANTS,
    MISSING,
    Alias,
    Arguments,
    External,
    Native,
    PythonObject,
    Rest,
    Unknown,
    Value,
    first_unknown,
    is_known,
    rest_of,
)
from schemalint.frontends.python_source.operator_tables import FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_RANGE = 20_000


class BuiltinClass(NativeClass):
    """`int`, `str`, `list`, an exception, …: a class of which plain values are instances."""

    __slots__ = ("make",)

    def __init__(self, name: str, make: Callable[[Interpreter, Arguments], Value] | None = None) -> None:
        super().__init__(f"builtins.{name}")
        self.make = make

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """The conversion; a subclass of the program gets an instance of its own."""
        if cls is not None or self.make is None:
            return Unknown(f"an instance of {self.name}")
        return self.make(interpreter, arguments)

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What the program's subclass inherits is unknown, where there is such an attribute."""
        kind = getattr(python, self.name[9:])
        return Unknown(f"the attribute {name}") if hasattr(kind, name) else MISSING

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A class attribute; `dict.fromkeys` is the one that is used."""
        if name == "fromkeys":
            return Native("dict.fromkeys", _from_keys)
        found = super().attribute(interpreter, name)
        return found if found is not MISSING else Unknown(f"{self.name}.{name}")

    def holds(self, value: Value) -> bool | None:
        """Whether a value is an instance; None if that is not known."""
        if isinstance(value, Unknown | External | Instance):
            return None if isinstance(value, Unknown | External) else value.cls.is_subclass(self)
        kind = getattr(python, self.name[9:])
        if kind is object:
            return True
        if kind is type:
            return isinstance(value, ClassObject | NativeClass)
        return False if isinstance(value, PythonObject) else isinstance(value, kind)


class ExceptionInstance(PythonObject):
    """An instance of one of Python's exceptions."""

    __slots__ = ("exception_name", "given")

    def __init__(self, name: str, given: list[Value]) -> None:
        self.exception_name = name
        self.given = given


def _from_keys(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    if isinstance(items, Unknown):
        return {Rest(items): items}
    return dict.fromkeys(items, arguments.get(1, "value"))


def _length(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "obj")
    if isinstance(value, PythonObject):
        items = value.items(interpreter)
        return items if isinstance(items, Unknown) else len(items)
    if isinstance(value, list | tuple | dict | set | frozenset):
        return rest_of(value) or len(value)
    return len(value) if isinstance(value, str | bytes) else Unknown("a length")


def _list(interpreter: Interpreter, arguments: Arguments) -> Value:
    if not arguments.positional:
        return []
    value = arguments.positional[0]
    if isinstance(value, list | tuple | set | frozenset | dict) and rest_of(value):
        return list(value)
    items = interpreter.items(value)
    return [Rest(items)] if isinstance(items, Unknown) else items


def _tuple(interpreter: Interpreter, arguments: Arguments) -> Value:
    return tuple(_list(interpreter, arguments))


def _set(interpreter: Interpreter, arguments: Arguments) -> Value:
    try:
        return set(_list(interpreter, arguments))
    except TypeError:
        return Unknown("a set of what is not hashable")


def _dict(interpreter: Interpreter, arguments: Arguments) -> Value:
    found: dict[Value, Value] = {}
    if arguments.positional:
        first = arguments.positional[0]
        if isinstance(first, dict):
            found.update(first)
        else:
            items = interpreter.items(first)
            if isinstance(items, Unknown):
                found[Rest(items)] = items
            else:
                for item in items:
                    pair = isinstance(item, tuple | list) and len(item) == 2 and is_known(item[0])
                    key, value = item if pair else (Rest(Unknown("an entry")), Unknown("an entry"))
                    try:
                        found[key] = value
                    except TypeError:
                        return Unknown("a dictionary with keys that are not hashable")
    found.update(arguments.keywords)
    if not arguments.complete:
        found[Rest(Unknown("an entry"))] = Unknown("an entry")
    return found


def _range(interpreter: Interpreter, arguments: Arguments) -> Value:
    numbers = [value for value in arguments.positional if isinstance(value, int)]
    if len(numbers) != len(arguments.positional) or not numbers:
        return first_unknown(arguments.positional) or Unknown("a range")
    try:
        found = range(*numbers)
    except (TypeError, ValueError):
        return Unknown("a range")
    return list(found) if len(found) <= _MAXIMUM_RANGE else Unknown("a long range")


def _enumerate(interpreter: Interpreter, arguments: Arguments) -> Value:
    value, start = arguments.get(0, "iterable"), arguments.get(1, "start", 0)
    if not isinstance(start, int):
        return Unknown("numbers")
    if isinstance(value, list | tuple) and rest_of(value):
        return [item if isinstance(item, Rest) else (place, item) for place, item in enumerate(value, start)]
    items = interpreter.items(value)
    return items if isinstance(items, Unknown) else list(enumerate(items, start))


def _zip(interpreter: Interpreter, arguments: Arguments) -> Value:
    lists = [interpreter.items(value) for value in arguments.positional]
    known = [found for found in lists if not isinstance(found, Unknown)]
    if len(known) != len(lists):
        return first_unknown(lists) or Unknown("pairs")
    return list(zip(*known, strict=False))


def _reversed(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "sequence"))
    return items if isinstance(items, Unknown) else items[::-1]


def _map(interpreter: Interpreter, arguments: Arguments) -> Value:
    lists = [interpreter.items(value) for value in arguments.positional[1:]]
    known = [found for found in lists if not isinstance(found, Unknown)]
    if len(known) != len(lists) or not arguments.positional:
        return first_unknown(lists) or Unknown("values")
    function, site = arguments.positional[0], arguments.site
    return [
        interpreter.called(function, Arguments(positional=list(given), site=site))
        for given in zip(*known, strict=False)
    ]


def _filter(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(1, "iterable"))
    if isinstance(items, Unknown):
        return items
    function = arguments.get(0, "function")
    found: list[Value] = []
    for item in items:
        given = Arguments(positional=[item], site=arguments.site)
        truth = interpreter.truth(item if function is None else interpreter.called(function, given))
        if isinstance(truth, Unknown):
            return [*found, Rest(truth)]
        if truth:
            found.append(item)
    return found


def _any(interpreter: Interpreter, arguments: Arguments, *, wanted: bool = True) -> Value:
    value = arguments.get(0, "iterable")
    doubt: Unknown | None = None
    items = value if isinstance(value, list | tuple) else interpreter.items(value)
    if isinstance(items, Unknown):
        return items
    for item in items:
        truth = item.unknown if isinstance(item, Rest) else interpreter.truth(item)
        if truth is wanted:
            return wanted
        if isinstance(truth, Unknown):
            doubt = doubt or truth
    return doubt if doubt is not None else not wanted


def _all(interpreter: Interpreter, arguments: Arguments) -> Value:
    return _any(interpreter, arguments, wanted=False)


def _calculated(name: str) -> Callable[[Interpreter, Arguments], Value]:
    function = getattr(python, name)

    def calculate(interpreter: Interpreter, arguments: Arguments) -> Value:
        given = list(arguments.positional)
        if len(given) == 1 and name in ("min", "max", "sum"):
            items = interpreter.items(given[0])
            if isinstance(items, Unknown):
                return items
            given = [items]
        if name == "str" and len(given) == 1 and isinstance(given[0], PythonObject):
            return shown(interpreter, given[0])
        if not is_known(given) or arguments.keywords.keys() - {"default", "base", "start"}:
            return first_unknown(given) or Unknown(f"what {name} gives")
        if any(isinstance(value, str) and len(value) > 4000 for value in given) and name in ("int", "float"):
            return Unknown("a number")
        try:
            return function(*given, **arguments.keywords)
        except (*FAULTS, RecursionError) as error:
            raise Raised(f"builtins.{type(error).__name__}", str(error)) from None

    return calculate


def _boolean(interpreter: Interpreter, arguments: Arguments) -> Value:
    return interpreter.truth(arguments.get(0, "object", False))


def _is_instance(interpreter: Interpreter, arguments: Arguments) -> Value:
    value, kinds = arguments.get(0, "obj"), arguments.get(1, "class_or_tuple")
    if isinstance(value, Unknown):
        return value
    answers = [_holds(value, kind) for kind in _classes(kinds)]
    if True in answers:
        return True
    return Unknown("the class of a value") if None in answers else False


def _classes(kinds: Value) -> list[Value]:
    if isinstance(kinds, tuple | list):
        return [inner for kind in kinds for inner in _classes(kind)]
    if isinstance(kinds, Alias):
        return [inner for kind in kinds.arguments for inner in _classes(kind)]
    return [kinds]


def _holds(value: Value, kind: Value) -> bool | None:
    if isinstance(kind, BuiltinClass):
        return kind.holds(value)
    if isinstance(value, Instance) and isinstance(kind, ClassObject | External | NativeClass):
        return value.cls.is_subclass(kind)
    if isinstance(kind, NativeClass):
        holds = getattr(kind, "holds", None)
        return holds(value) if holds is not None else None
    if isinstance(value, CONSTANTS) or not isinstance(value, PythonObject):
        return None if isinstance(kind, Unknown) else False
    if isinstance(value, Function | BoundMethod | ModuleObject | ClassObject):
        return False if isinstance(kind, ClassObject) else None
    return None


def _is_subclass(interpreter: Interpreter, arguments: Arguments) -> Value:
    cls, kinds = arguments.get(0, "cls"), arguments.get(1, "class_or_tuple")
    if not isinstance(cls, ClassObject):
        return cls is kinds or Unknown("the bases of a class")
    answers = [cls.is_subclass(kind) for kind in _classes(kinds)]
    if True in answers:
        return True
    return Unknown("the bases of a class") if None in answers else False


def _get_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "object"), arguments.get(1, "name")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("an attribute")
    value = interpreter.attribute(owner, name)
    if value is MISSING:
        if len(arguments.positional) > 2:
            return arguments.positional[2]
        raise Raised("builtins.AttributeError", name)
    return value


def _has_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("an attribute")
    value = interpreter.attribute(owner, name)
    return value if isinstance(value, Unknown) else value is not MISSING


def _set_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if isinstance(owner, PythonObject) and isinstance(name, str):
        owner.set_attribute(interpreter, name, arguments.get(2, "value"))
    return None


def _callable(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "obj")
    if isinstance(value, Function | BoundMethod | Native | ClassObject | NativeClass):
        return True
    return Unknown("whether it can be called") if isinstance(value, PythonObject) else False


def _type(interpreter: Interpreter, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:
        return interpreter.class_from(arguments)
    value = arguments.get(0, "object")
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, PythonObject):
        return Unknown("a class")
    return BUILTINS.get(type(value).__name__, Unknown("a class"))


def _next(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "iterator")
    if isinstance(value, list) and value and not isinstance(value[0], Rest):
        interpreter.record(value)
        return value.pop(0)
    items = value if isinstance(value, list) else interpreter.items(value)
    if isinstance(items, Unknown):
        return items
    if rest := rest_of(items):
        return rest
    if len(arguments.positional) > 1:
        return arguments.positional[1]
    if items:
        return items[0]
    raise Raised("builtins.StopIteration")


def _directory(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`dir(…)`: what the program itself gives a class or an instance."""
    value = arguments.get(0, "object")
    names: set[str] = set()
    if isinstance(value, Instance):
        names.update(value.attributes)
        value = value.cls
    if not isinstance(value, ClassObject):
        return Unknown("what dir gives")
    for cls in value.order:
        if isinstance(cls, ClassObject):
            names.update(cls.variables)
    return sorted(names)


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


def _unknown(name: str) -> Native:
    return Native(f"builtins.{name}", lambda interpreter, arguments: Unknown(f"what {name} gives"))


def _exception(name: str) -> BuiltinClass:
    full = f"builtins.{name}"
    return BuiltinClass(name, lambda interpreter, arguments: ExceptionInstance(full, arguments.positional))


_CLASSES: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "list": _list,
    "tuple": _tuple,
    "set": _set,
    "frozenset": _set,
    "dict": _dict,
    "range": _range,
    "bool": _boolean,
    "type": _type,
    **{name: _calculated(name) for name in ("str", "int", "float")},
}
_FUNCTIONS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "len": _length,
    "enumerate": _enumerate,
    "zip": _zip,
    "reversed": _reversed,
    "map": _map,
    "filter": _filter,
    "any": _any,
    "all": _all,
    "sorted": sorted_items,
    "isinstance": _is_instance,
    "issubclass": _is_subclass,
    "getattr": _get_attribute,
    "hasattr": _has_attribute,
    "setattr": _set_attribute,
    "callable": _callable,
    "iter": _list,
    "next": _next,
    "dir": _directory,
    "print": _nothing,
    **{
        name: _calculated(name)
        for name in ("min", "max", "sum", "abs", "round", "repr", "ord", "chr", "divmod")
    },
}

BUILTINS: dict[str, Value] = {
    **{name: BuiltinClass(name, make) for name, make in _CLASSES.items()},
    **{name: Native(f"builtins.{name}", function) for name, function in _FUNCTIONS.items()},
    **{
        name: _unknown(name)
        for name in ("open", "id", "hash", "vars", "globals", "locals", "input", "format")
    },
    **{name: _unknown(name) for name in ("eval", "exec", "compile", "__import__", "slice", "super")},
    **{name: BuiltinClass(name) for name in ("object", "bytes", "bytearray", "complex", "memoryview")},
    **{
        name: _exception(name)
        for name, value in vars(python).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    },
    "staticmethod": Wrapper("static"),
    "classmethod": Wrapper("class"),
    "property": Wrapper("property"),
    "NotImplemented": Unknown("NotImplemented"),
    "__debug__": True,
}
