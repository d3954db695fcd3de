"""What `str()` makes of objects, for `str()` itself, f-strings, `format` and `%`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def shown(interpreter: Interpreter, value: Value) -> Value:
    """The text of an object, Unknown where it can't be told; what is no object stays as it is."""
    if not isinstance(value, PythonObject) or isinstance(value, Unknown):
        return value
    cls = getattr(value, "cls", None)
    written = cls.find("__str__")[0] if cls is not None and hasattr(cls, "find") else None
    if cls is not None and isinstance(written, PythonObject):
        text = interpreter.called(written, Arguments(positional=[value], site=cls.site))
    else:
        text = value.attribute(interpreter, "__str__")
    return text if isinstance(text, str | Unknown) else Unknown("a string with unknown parts")


def all_shown(interpreter: Interpreter, values: Value) -> Value:
    """A tuple or dictionary of values with the texts of the objects in it, or the text of one value."""
    if isinstance(values, tuple):
        return tuple(shown(interpreter, value) for value in values)
    if isinstance(values, dict):
        return {name: shown(interpreter, value) for name, value in values.items()}
    return shown(interpreter, values)
