"""Methods of strings, lists, dictionaries and sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import operators
from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.showing import all_shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    HOLE,
    MISSING,
    Arguments,
    Native,
    PartialText,
    Rest,
    Unknown,
    Value,
    first_unknown,
    is_known,
    rest_of,
    text_of,
)
from schemalint.frontends.python_source import formatting
from schemalint.frontends.python_source.operator_tables import FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_STRING = frozenset(
    "lower upper strip lstrip rstrip title capitalize casefold swapcase replace split rsplit splitlines"
    " startswith endswith removeprefix removesuffix count find rfind index isdigit isalpha isalnum isupper"
    " islower isspace isidentifier partition rpartition encode zfill ljust rjust center expandtabs"
    " translate".split()
)
_FIELD = re.compile(r"\{[^{}]*\}")
_BYTES = frozenset({"decode", "hex", "startswith", "endswith", "strip"})

Method = Callable[["Interpreter", Any, Arguments], Value]


def container_attribute(interpreter: Interpreter, owner: Value, name: str) -> Value:
    """An attribute of a plain value; MISSING where there is none."""
    if isinstance(owner, str):
        known = name in _STRING or name in ("join", "format")
        method: Method | None = _string_method(name) if known else None
    elif isinstance(owner, bytes):
        method = _plain_method(name) if name in _BYTES else None
    else:
        method = _METHODS.get((_kind(owner), name))
    if method is not None:
        chosen = method
        return Native(f"{_kind(owner)}.{name}", lambda machine, arguments: chosen(machine, owner, arguments))
    if name == "__class__":
        return interpreter.external(f"builtins.{type(owner).__name__}")
    if isinstance(owner, str | bytes | list | tuple | dict | set | frozenset | int | float | type(None)):
        return MISSING if not hasattr(type(owner), name) else Unknown(f"the method {name}")
    return Unknown(f"the attribute {name}")


def _kind(owner: Value) -> str:
    for kind in (list, tuple, dict, str, bytes):
        if isinstance(owner, kind):
            return kind.__name__
    return "set" if isinstance(owner, set | frozenset) else "object"


def _string_method(name: str) -> Method:
    return _join if name == "join" else _format if name == "format" else _plain_method(name)


def _plain_method(name: str) -> Method:
    def method(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
        given = [*arguments.positional, *arguments.keywords.values()]
        if not arguments.complete or not is_known(given):
            return first_unknown(given) or Unknown(f"what {name} gives")
        if name in ("replace", "ljust", "rjust", "center", "zfill", "expandtabs"):
            widths = [value for value in given if isinstance(value, int)]
            longest = max((len(value) for value in given if isinstance(value, str)), default=1)
            if (len(owner) + 1) * max(longest, 1) > 1_000_000 or any(width > 100_000 for width in widths):
                return Unknown("a long string")
        try:
            return getattr(owner, name)(*arguments.positional, **arguments.keywords)
        except FAULTS as error:
            raise Raised(f"builtins.{type(error).__name__}", str(error)) from None

    return method


def _join(interpreter: Interpreter, owner: str, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    if isinstance(items, Unknown):
        return items
    items = [item.plain() if isinstance(item, EnumMember) else item for item in items]
    parts = [text_of(item) for item in items]
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    if unknown is None and not all(isinstance(item, str) for item in items):
        unknown = Unknown("a string with unknown parts")
    if sum(map(len, parts)) + len(owner) * len(parts) > operators.MAXIMUM_LENGTH:
        return Unknown("a long string")
    return owner.join(parts) if unknown is None else PartialText(owner.join(parts), unknown)


def _format(interpreter: Interpreter, owner: str, arguments: Arguments) -> Value:
    if not arguments.complete:
        return Unknown("a string with unknown parts")
    text = formatting.braces(
        owner,
        all_shown(interpreter, tuple(arguments.positional)),
        all_shown(interpreter, arguments.keywords),
    )
    if text is not None:
        return text
    given = [*arguments.positional, *arguments.keywords.values()]
    unknown = first_unknown(given) or Unknown("a string with unknown parts")
    return PartialText(_FIELD.sub(HOLE, owner), unknown)


# lists


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


def _clear(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    if isinstance(owner, dict):
        for key in list(owner):
            interpreter.record(owner, key)
    else:
        interpreter.record(owner)
    owner.clear()
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


def _copy(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    return owner.copy()


# dictionaries


def _keys(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return list(owner)


def _values(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return [key if isinstance(key, Rest) else value for key, value in owner.items()]


def _pairs(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return [key if isinstance(key, Rest) else (key, value) for key, value in owner.items()]


def _get(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    key = arguments.get(0, "key")
    if isinstance(key, Unknown):
        return key
    try:
        if key in owner:
            return owner[key]
    except TypeError:
        return Unknown("an entry")
    return rest_of(owner) or arguments.get(1, "default")


def _pop_entry(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    value = _get(interpreter, owner, arguments)
    key = arguments.get(0, "key")
    if is_known(key) and key in owner:
        interpreter.record(owner, key)
        del owner[key]
    return value


def _set_default(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    key = arguments.get(0, "key")
    if isinstance(key, Unknown):
        return key
    if key not in owner:
        interpreter.record(owner, key)
        owner[key] = arguments.get(1, "default")
    return owner[key]


def _update(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    new: dict[Value, Value] = {}
    first = arguments.get(0, "", {})
    if isinstance(first, dict):
        new.update(first)
    else:
        items = interpreter.items(first)
        if isinstance(items, Unknown):
            new[Rest(items)] = items
        else:
            new.update(
                (item[0], item[1]) for item in items if isinstance(item, tuple | list) and len(item) == 2
            )
    new.update(arguments.keywords)
    for key, value in new.items():
        interpreter.record(owner, key)
        owner[key] = value
    return None


# sets


def _add(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    try:
        owner.add(arguments.get(0, "element"))
    except TypeError:
        owner.add(Rest(Unknown("an element")))
    return None


def _add_all(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    for value in arguments.positional:
        items = interpreter.items(value)
        try:
            owner.update([Rest(items)] if isinstance(items, Unknown) else items)
        except TypeError:
            owner.add(Rest(Unknown("an element")))
    return None


def _discard(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    value = arguments.get(0, "element")
    if is_known(value):
        interpreter.record(owner)
        owner.discard(value)
    return None


def _set_operation(name: str) -> Method:
    def method(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
        others = [interpreter.items(value) for value in arguments.positional]
        for other in (owner, *others):
            if isinstance(other, Unknown):
                return other
            if rest := rest_of(other):
                return rest
        try:
            return getattr(owner, name)(*others)
        except TypeError:
            return Unknown(f"what {name} gives")

    return method


_METHODS: dict[tuple[str, str], Method] = {
    ("list", "append"): _append,
    ("list", "extend"): _extend,
    ("list", "insert"): _insert,
    ("list", "pop"): _pop,
    ("list", "remove"): _remove,
    ("list", "clear"): _clear,
    ("list", "sort"): _sort,
    ("list", "reverse"): _reverse,
    ("list", "index"): _index,
    ("list", "count"): _count,
    ("list", "copy"): _copy,
    ("tuple", "index"): _index,
    ("tuple", "count"): _count,
    ("dict", "keys"): _keys,
    ("dict", "values"): _values,
    ("dict", "items"): _pairs,
    ("dict", "get"): _get,
    ("dict", "pop"): _pop_entry,
    ("dict", "setdefault"): _set_default,
    ("dict", "update"): _update,
    ("dict", "clear"): _clear,
    ("dict", "copy"): _copy,
    ("set", "add"): _add,
    ("set", "update"): _add_all,
    ("set", "discard"): _discard,
    ("set", "remove"): _discard,
    ("set", "clear"): _clear,
    ("set", "copy"): _copy,
    **{
        ("set", name): _set_operation(name)
        for name in (
            "union",
            "intersection",
            "difference",
            "symmetric_difference",
            "issubset",
            "issuperset",
            "isdisjoint",
        )
    },
}
