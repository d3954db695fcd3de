"""How control leaves a statement other than by its end."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.values import Value


class Signal(Exception):
    """Control goes elsewhere."""


class Returned(Signal):
    """`return value`."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Broke(Signal):
    """`break`."""


class Continued(Signal):
    """`continue`."""


class LeftBody(Signal):
    """The body of a `with` is left by `signal`, on its way through the context manager's own code."""

    def __init__(self, signal: Signal) -> None:
        super().__init__()
        self.signal = signal


class Raised(Signal):
    """An exception of the program. `name` is the dotted name of its class, "" where that is unknown.

    It is `meant` where the program says `raise`.
    """

    def __init__(self, name: str, value: Value = None, *, meant: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.value = value
        self.meant = meant


class ImportedTooEarly(Raised):
    """A name is imported from a module that is about to bind it: Python would not have come this way."""

    def __init__(self, name: str) -> None:
        super().__init__("builtins.ImportError", name)


class Exhausted(Exception):
    """The program takes more steps than any that a person wrote to change a database would."""
