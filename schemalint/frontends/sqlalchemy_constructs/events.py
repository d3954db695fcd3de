"""Listeners: what a program has SQLAlchemy do when tables are declared, and when they are created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_interpreter.values import Site

_EVENTS = frozenset({"before_create", "after_create", "before_parent_attach", "after_parent_attach"})


def listen(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`event.listen(target, "after_create", listener)`."""
    _add(interpreter, arguments, arguments.get(2, "fn"))
    return None


def listens_for(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`@event.listens_for(target, "after_create")`."""

    def decorate(machine: Interpreter, given: Arguments) -> Value:
        function = given.get(0, "fn")
        _add(machine, arguments, function)
        return function

    return Native("event.listens_for", decorate)


def _add(interpreter: Interpreter, arguments: Arguments, listener: Value) -> None:
    target, event = arguments.get(0, "target"), arguments.get(1, "identifier")
    if not isinstance(event, str) or event not in _EVENTS:
        return
    if isinstance(target, MetaDataObject | TableObject):
        target.listeners.append((event, listener))
    elif (kind := getattr(target, "short_name", None)) in ("Table", "MetaData"):
        effects_of(interpreter).listeners.append((f"{kind}.{event}", listener))


def fire(
    interpreter: Interpreter, target: MetaDataObject | TableObject, event: str, other: Value, site: Site
) -> None:
    """Let the listeners of a target, and of all of its kind, do what they do.

    `other` is what they are given besides the target: the connection, or the MetaData that it belongs to.
    """
    kind = "Table" if isinstance(target, TableObject) else "MetaData"
    found = [listener for name, listener in effects_of(interpreter).listeners if name == f"{kind}.{event}"]
    found += [listener for name, listener in target.listeners if name == event]
    for listener in found:
        statement = getattr(listener, "for_target", None)
        if callable(statement):
            statement(interpreter, target, site)
            continue
        keywords: dict[str, Value] = {}
        if event.endswith("_create"):
            keywords = {"checkfirst": True, "_ddl_runner": Unknown("what runs DDL")}
            if isinstance(target, MetaDataObject):
                keywords["tables"] = list(target.tables.values())
        interpreter.called(listener, Arguments(positional=[target, other], keywords=keywords, site=site))
