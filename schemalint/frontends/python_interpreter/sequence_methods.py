"""The methods of lists and tuples, and `sorted`."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import operators
from schemalint.frontends.python_interpreter.container_methods import Method, cleared, copied
from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Rest,
    Unknown,
    Value,
    first_unknown,
    is_known,
    rest_of,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def _append(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    owner.append(arguments.get(0, "object"))
    return None


def _extend(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    interpreter.record(owner)
    if isinstance(items, Unknown):
        owner.append(Rest(items))
    elif len(owner) + len(items) <= operators.MAXIMUM_LENGTH:
        owner += items
    return None


def _insert(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    place = arguments.get(0, "index")
    interpreter.record(owner)
    owner.insert(place if isinstance(place, int) else len(owner), arguments.get(1, "object"))
    return None


def _pop(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    place = arguments.get(0, "index", -1)
    rest = rest_of(owner)
    if rest is not None or not isinstance(place, int):
        return rest or Unknown("an element")
    interpreter.record(owner)
    try:
        return owner.pop(place)
    except IndexError:
        raise Raised("builtins.IndexError") from None


def _remove(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    value = arguments.get(0, "value")
    for place, element in enumerate(owner):
        if element is value or operators.equal(interpreter, element, value) is True:
            interpreter.record(owner)
            del owner[place]
            return None
    return None


def _sort(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    ordered = _sorted(interpreter, owner, arguments)
    interpreter.record(owner)
    owner[:] = ordered if isinstance(ordered, list) else [Rest(ordered)]
    return None


def _known_beginning(key: Value) -> Value:
    """A key as far as it is known: of a sequence the part before what is unknown."""
    if isinstance(key, tuple | list):
        return tuple(takewhile(is_known, key))
    return key.plain() if isinstance(key, EnumMember) else key


def _tells_apart(keys: list[Value]) -> bool:
    """Whether the known beginnings of keys decide their order by themselves."""
    if all(isinstance(key, tuple) for key in keys):
        try:
            ordered = sorted(keys)
        except TypeError:
            return False
        return all(one[: len(other)] != other[: len(one)] for one, other in pairwise(ordered))
    return is_known(keys)


def _sorted(interpreter: Interpreter, items: list[Value], arguments: Arguments) -> list[Value] | Unknown:
    key = arguments.keywords.get("key")
    keys = [
        item if key is None else interpreter.called(key, Arguments(positional=[item], site=arguments.site))
        for item in items
    ]
    if not is_known(keys):
        shortened = [_known_beginning(key) for key in keys]
        if not _tells_apart(shortened):
            return first_unknown(keys) or Unknown("an order")
        keys = shortened
    reverse = arguments.keywords.get("reverse", False)
    try:
        order = sorted(range(len(items)), key=lambda place: keys[place], reverse=reverse is True)
    except TypeError:
        return Unknown("an order")
    return [items[place] for place in order]


def sorted_items(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`sorted(…)`."""
    items = interpreter.items(arguments.get(0, "iterable"))
    return items if isinstance(items, Unknown) else _sorted(interpreter, items, arguments)


def _reverse(interpreter: Interpreter, owner: list[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    owner.reverse()
    return None


def _index(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    value = arguments.get(0, "value")
    for place, element in enumerate(owner):
        if isinstance(element, Rest):
            return element.unknown
        if operators.equal(interpreter, element, value) is True:
            return place
    raise Raised("builtins.ValueError")


def _count(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    value = arguments.get(0, "value")
    answers = [operators.equal(interpreter, element, value) for element in owner]
    return first_unknown(answers) or sum(answer is True for answer in answers)


TUPLE_METHODS: dict[str, Method] = {
    "index": _index,
    "count": _count,
}
"""The methods of a tuple."""
LIST_METHODS: dict[str, Method] = {
    **TUPLE_METHODS,
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "remove": _remove,
    "clear": cleared,
    "sort": _sort,
    "reverse": _reverse,
    "copy": copied,
}
"""The methods of a list; those that change it record that first."""
