"""What a program does besides working out values: the front end that runs it keeps account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.values import Arguments, Unknown

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_interpreter.objects import ClassObject


class Effects:
    """An account of effects that keeps none. What a front end needs it overrides.

    `doubts` are the undecided conditions under which code runs at the moment.
    """

    follows_functions = False
    """Whether a function passed to something unknown is run, in case it is called there."""

    def __init__(self) -> None:
        self.doubts: list[Unknown] = []

    def class_made(self, interpreter: Interpreter, cls: ClassObject) -> None:
        """The program has defined a class, and its known bases have seen it."""

    def mark(self) -> Any:
        """The state of the account now."""
        return None

    def taken_back(self, mark: Any) -> list[Any]:
        """The effects since `mark`, which are taken back."""
        return []

    def repeat(self, produced: list[Any]) -> None:
        """Add effects that were taken back, as certain ones."""

    def undecided(self, doubt: Unknown, alternatives: list[list[Any]]) -> None:
        """One of the alternatives happened, and it can't be known which."""

    def passed(self, interpreter: Interpreter, unknown: Unknown, arguments: Arguments, callee: str) -> None:
        """Something unknown was called with these arguments."""

    def failed_elsewhere(
        self, interpreter: Interpreter, path: str, unknown: Unknown, arguments: Arguments
    ) -> None:
        """A function of another file could not be followed to its end."""
