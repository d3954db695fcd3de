"""Conditions that can't be decided: each branch is run on trial, and what they agree on holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.signals import Raised, Returned, Signal
from schemalint.frontends.python_interpreter.trail import MISSING_KEY, Trail, put
from schemalint.frontends.python_interpreter.values import PythonObject, Rest, Unknown, Value, is_known

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class Branch:
    """One branch of an undecided condition. `is_certain` once it has turned out to be the only one."""

    __slots__ = ("doubt", "is_certain", "number")

    def __init__(self, doubt: Unknown, number: int) -> None:
        self.doubt = doubt
        self.number = number
        self.is_certain = False


class Outcome:
    """What came of a branch on trial: how it was left, what it changed, its effects."""

    __slots__ = ("branch", "changes", "produced", "signal")

    def __init__(
        self, branch: Branch, signal: Signal | None, changes: dict[Any, Any], produced: list[Any]
    ) -> None:
        self.branch = branch
        self.signal = signal
        self.changes = changes
        self.produced = produced

    @property
    def fails(self) -> bool:
        """Whether it ends in an exception."""
        return isinstance(self.signal, Raised)


def tried(interpreter: Interpreter, action: Callable[[], object], doubt: Unknown, number: int = 0) -> Outcome:
    """Run a branch and undo it."""
    branch = Branch(doubt, number)
    trail = Trail()
    mark = interpreter.effects.mark()
    interpreter.trails.append(trail)
    interpreter.branches.append(branch)
    signal: Signal | None = None
    changes: dict[Any, Any] = {}
    try:
        action()
    except Signal as raised:
        signal = raised
    finally:
        interpreter.branches.pop()
        interpreter.trails.pop()
        changes = trail.undo()
        produced = interpreter.effects.taken_back(mark)
    return Outcome(branch, signal, changes, produced)


def decide_later(
    interpreter: Interpreter, frame: Frame, doubt: Unknown, branches: list[Callable[[], object]]
) -> None:
    """Run the alternatives of an undecided condition and go on with what is sure of them.

    A branch that ends in an exception is taken not to have happened: histories have been run. Where one
    branch leaves the function, what follows depends on the condition.
    """
    outcomes = [tried(interpreter, branch, doubt, number) for number, branch in enumerate(branches)]
    succeeding = [outcome for outcome in outcomes if not outcome.fails]
    if not succeeding:
        assert outcomes[0].signal is not None
        raise outcomes[0].signal
    if len(succeeding) == 1:
        succeeding[0].branch.is_certain = True
        _adopt(interpreter, succeeding[0].changes)
        interpreter.effects.repeat(succeeding[0].produced)
        if succeeding[0].signal is not None:
            raise succeeding[0].signal
        return
    interpreter.effects.undecided(doubt, [outcome.produced for outcome in succeeding])
    staying = [outcome for outcome in succeeding if outcome.signal is None]
    leaving = [outcome for outcome in succeeding if outcome.signal is not None]
    if staying:
        _merge(interpreter, doubt, [outcome.changes for outcome in staying])
        if leaving:
            _leave_perhaps(interpreter, frame, doubt, leaving)
        return
    returned = [outcome.signal for outcome in leaving if isinstance(outcome.signal, Returned)]
    if len(returned) == len(leaving):
        value = returned[0].value
        for other in returned[1:]:
            value = merged(value, other.value, doubt)
        _merge(interpreter, doubt, [outcome.changes for outcome in leaving])
        raise Returned(value)
    _leave_perhaps(interpreter, frame, doubt, [one for one in leaving if isinstance(one.signal, Returned)])
    for outcome in leaving:
        if outcome.signal is not None and not isinstance(outcome.signal, Returned):
            raise outcome.signal


def perhaps(interpreter: Interpreter, frame: Frame, doubt: Unknown, branch: Callable[[], object]) -> None:
    """Run something that happens or not, or any number of times."""
    outcome = tried(interpreter, branch, doubt)
    if outcome.fails:
        return
    interpreter.effects.undecided(doubt, [outcome.produced, []])
    _merge(interpreter, doubt, [outcome.changes, {}])
    if isinstance(outcome.signal, Returned):
        _leave_perhaps(interpreter, frame, doubt, [outcome])


def _leave_perhaps(interpreter: Interpreter, frame: Frame, doubt: Unknown, leaving: list[Outcome]) -> None:
    for outcome in leaving:
        if isinstance(outcome.signal, Returned):
            frame.returns.append(outcome.signal.value)
    # what follows is in doubt on its own, though the same value may decide other things
    doubt = Unknown(doubt.reason, about_catalog=doubt.about_catalog)
    frame.doubts.append(doubt)
    interpreter.effects.doubts.append(doubt)


def _adopt(interpreter: Interpreter, changes: dict[Any, Any]) -> None:
    for container, key, value in changes.values():
        interpreter.record(container, key)
        put(container, key, value)


def _merge(interpreter: Interpreter, doubt: Unknown, alternatives: list[dict[Any, Any]]) -> None:
    """Places that the alternatives leave alike hold that; the others are unknown from now on."""
    places = {place: change for changes in alternatives for place, change in changes.items()}
    for place, (container, key, _) in places.items():
        if isinstance(container, dict):
            current = container.get(key, MISSING_KEY)
            values = [changes[place][2] if place in changes else current for changes in alternatives]
            interpreter.record(container, key)
            put(container, key, _merged_all(values, doubt))
        else:
            contents = [
                changes[place][2] if place in changes else container.copy() for changes in alternatives
            ]
            interpreter.record(container, None)
            if all(_same(content, contents[0]) for content in contents[1:]):
                put(container, None, contents[0])
            else:
                put(container, None, _uncertain(contents, container, doubt))


def _uncertain(contents: list[Any], container: Any, doubt: Unknown) -> Any:
    """The elements that are there in any case, and the mark that there may be more."""
    common = [
        element
        for element in contents[0]
        if all(any(element is other or _same(element, other) for other in content) for content in contents)
    ]
    certain = [*(element for element in common if not isinstance(element, Rest)), Rest(doubt)]
    return certain if isinstance(container, list) else set(certain)


def _merged_all(values: list[Value], doubt: Unknown) -> Value:
    present = [value for value in values if value is not MISSING_KEY]
    if not present:
        return MISSING_KEY
    value = present[0]
    for other in present[1:]:
        value = merged(value, other, doubt)
    return value


def _same(one: Value, other: Value) -> bool:
    if one is other:
        return True
    if is_known(one) and is_known(other):
        return bool(type(one) is type(other) and one == other)
    if isinstance(one, list | tuple) and type(one) is type(other) and len(one) == len(other):
        return all(_same(left, right) for left, right in zip(one, other, strict=True))
    return False


def merged(one: Value, other: Value, doubt: Unknown) -> Value:
    """The value of what is either of two."""
    if _same(one, other):
        return one
    if isinstance(one, PythonObject) and not isinstance(one, Unknown):
        found = one.merged(other)
        if found is not None:
            return found
    both = (*_options(one), *_options(other))
    if both and len(both) <= _MOST_ALTERNATIVES and _options(one) and _options(other):
        return Alternatives(doubt, both)
    if isinstance(one, Unknown):
        return one
    return doubt


_MOST_ALTERNATIVES = 4


class Alternatives(Unknown):
    """One of a few dictionaries, or None: settings that depend on what is unknown."""

    __slots__ = ("values",)

    def __init__(self, doubt: Unknown, values: tuple[Value, ...]) -> None:
        super().__init__(doubt.reason, about_catalog=doubt.about_catalog)
        self.values = values


def _options(value: Value) -> tuple[Value, ...]:
    """What a value may be, if that is a dictionary or None."""
    if isinstance(value, Alternatives):
        return value.values
    return (value,) if value is None or isinstance(value, dict) else ()
