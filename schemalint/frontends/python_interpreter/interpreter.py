"""The machine: it runs modules and functions on paper, within bounds, and asks a front end what calls do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from schemalint.frontends.python_interpreter import calls, deferral, expressions, imports, modules, statements
from schemalint.frontends.python_interpreter.builtins import BUILTINS
from schemalint.frontends.python_interpreter.effects import Effects
from schemalint.frontends.python_interpreter.forks import Branch
from schemalint.frontends.python_interpreter.frames import Deferred, Frame, Imported
from schemalint.frontends.python_interpreter.functions import Function, Wrapped
from schemalint.frontends.python_interpreter.methods import container_attribute
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance
from schemalint.frontends.python_interpreter.set_elsewhere import bound_globals, set_by_others
from schemalint.frontends.python_interpreter.signals import (
    Exhausted,
    ImportedTooEarly,
    Raised,
    Signal,
)
from schemalint.frontends.python_interpreter.standard_library import STANDARD_LIBRARY
from schemalint.frontends.python_interpreter.trail import Trail
from schemalint.frontends.python_interpreter.values import (
    CONTAINERS,
    MISSING,
    Arguments,
    External,
    Missing,
    PythonObject,
    Rest,
    Site,
    Unknown,
    Value,
    elements_within,
    rest_of,
)
from schemalint.frontends.python_source.project import Project

_STEPS_IN_ONE_RUN = 400_000
_STEPS_ELSEWHERE = 8_000
_DEPTH = 60
_SEQUENCES = frozenset({str, bytes, list, tuple, dict, set, frozenset})
_SHORT = 2_000
_LARGEST_TUPLE = 20_000
_UNHASHABLE = "unhashable type"


class Interpreter:
    """Runs code of a project. `natives` are the names of other packages whose behaviour is known.

    `concerns` says of a file whether what its functions do may matter; calls of others at the top of a
    module are put off until their value is needed.

    Nothing is imported or executed; every loop, call and container is bounded, and what takes longer than
    a program that changes a schema ever does ends in `Exhausted`.
    """

    def __init__(
        self,
        project: Project,
        natives: Mapping[str, Value],
        effects: Effects | None = None,
        concerns: Callable[[str], bool] = lambda path: True,
    ) -> None:
        self.project = project
        self.concerns = concerns
        self.natives = {**STANDARD_LIBRARY, **natives}
        self.effects = Effects() if effects is None else effects
        self.modules: dict[str, ModuleObject] = {}
        self.trails: list[Trail] = []
        self.branches: list[Branch] = []
        self.running: dict[Any, int] = {}
        self.steps = 0
        self.limit = _STEPS_IN_ONE_RUN
        self.depth = 0
        self.attempts = 0
        self._external: dict[str, Value] = {}
        self._untold: dict[Any, tuple[Unknown, Function, Arguments]] = {}

    # running

    def within_bounds(self, action: Callable[[], Any]) -> Any:
        """What `action` gives, with a fresh budget of steps. Exhausted where that does not do."""
        steps, self.steps = self.steps, 0
        limit, self.limit = self.limit, _STEPS_IN_ONE_RUN
        try:
            return action()
        except (RecursionError, MemoryError) as error:
            raise Exhausted from error
        finally:
            self.steps, self.limit = steps, limit

    def tick(self) -> None:
        """One step."""
        self.steps += 1
        if self.steps > self.limit:
            raise Exhausted

    def weighed(self, value: Value) -> Value:
        """A value that is made or looked at as a whole: a long one counts as steps, as its elements would.

        Exhausted where it is a tuple of tuples that Python could not even find in a dictionary.
        """
        if type(value) in _SEQUENCES and len(value) > _SHORT:
            self.steps += len(value) >> 6
            self.tick()
        if type(value) is tuple and any(type(element) is tuple for element in value):
            within = elements_within(value, _LARGEST_TUPLE)
            if within > _LARGEST_TUPLE:
                raise Exhausted
            self.steps += within >> 6
        return value

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression."""
        self.tick()
        method = expressions.EXPRESSIONS.get(type(node))
        if method is None:
            return Unknown(f"an expression ({type(node).__name__})")
        return method(self, node, frame)

    def execute(self, body: list[ast.stmt], frame: Frame) -> None:
        """Run statements. Signals leave it."""
        for statement in body:
            self.tick()
            method = statements.STATEMENTS.get(type(statement))
            if method is not None:
                method(self, statement, frame)

    def called(self, function: Value, arguments: Arguments) -> Value:
        """What a call gives."""
        if isinstance(function, PythonObject):
            if self.depth > _DEPTH:
                raise Exhausted
            self.depth += 1
            try:
                for value in arguments.positional:
                    self.weighed(value)
                return self.weighed(function.call(self, arguments))
            except TypeError as error:
                if not str(error).startswith(_UNHASHABLE):
                    raise
                raise Raised("builtins.TypeError", str(error)) from None  # it would be the program's own
            finally:
                self.depth -= 1
        return Unknown("a call of something that is no function")

    def run(self, function: Function, arguments: Arguments) -> Value:
        """Run a function of the program.

        Code of another module than the one that calls it is read to see what it gives. Where it fails or
        takes too long, it is its reading that fails: programs of which there is a history do run.
        """
        path = function.module.path
        if path == arguments.site.module.path or self.attempts:
            return calls.run(self, function, arguments)
        concerned = self.concerns(path)
        if not concerned:
            return self._run_elsewhere(function, arguments)
        return self._run_bounded(function, arguments, concerned=True)

    def _run_elsewhere(self, function: Function, arguments: Arguments) -> Value:
        """Run a function of a file that does not matter; what it could not tell once it can't tell again."""
        key = _call_key(function, arguments)
        if key is not None and key in self._untold:
            return self._untold[key][0]
        found = self._run_bounded(function, arguments, concerned=False)
        if key is not None and isinstance(found, Unknown):
            self._untold[key] = (found, function, arguments)
        return found

    def _run_bounded(self, function: Function, arguments: Arguments, *, concerned: bool) -> Value:
        path = function.module.path
        limit, steps = self.limit, self.steps
        if not concerned:
            self.limit = min(limit, steps + _STEPS_ELSEWHERE)
        try:
            return calls.run(self, function, arguments)
        except ImportedTooEarly:
            raise
        except Raised as raised:
            failure = f"what {function.name} gives, which ends in an exception ({raised.name or 'unknown'})"
        except (Exhausted, RecursionError):
            if concerned or steps >= limit:
                raise
            failure = f"what {function.name} gives, which takes too long to be followed"
            self.steps = steps
        finally:
            self.limit = limit
        unknown = Unknown(failure)
        self.effects.failed_elsewhere(self, path, unknown, arguments)
        return unknown

    # names

    def external(self, name: str) -> Value:
        """What is known under a dotted name outside the project."""
        if name in self.natives:
            return self.natives[name]
        found = self._external.get(name)
        if found is None:
            short = _shortened(name)
            known = self.natives.get(short) or self.natives.get(_passed_on(short or name))
            found = self._external[name] = known if known is not None else External(name)
        return found

    def look_up(self, name: str, frame: Frame) -> Value:
        """The value of a name as seen from a frame."""
        here: Frame | None = frame
        while here is not None:
            if name in here.variables:
                value = self.settled(here.variables[name], here.variables, name)
                if (
                    value is None
                    and here is not frame
                    and here.outer is None
                    and self._is_set_later(name, here)
                ):
                    return Unknown(f"the name {name}, which others set")
                return value
            here = here.outer
        value = modules.from_stars(self, frame.module, name)
        if value is not MISSING:
            return value
        if name in BUILTINS:
            return BUILTINS[name]
        if frame.module.ahead:
            if modules.run_ahead(self, frame.module, name):
                variables = frame.module.frame.variables
                return self.settled(variables[name], variables, name)
            if modules.is_about_to_bind(frame.module, name):
                raise ImportedTooEarly(name)
        if name == "__name__":
            return frame.module.name
        if name == "__file__":
            return f"/{frame.module.path}"
        return Unknown(f"the name {name}")

    def _is_set_later(self, name: str, frame: Frame) -> bool:
        """Whether a variable of a module is None until others set it, and none of them is running."""
        return name in set_by_others(frame.module) and not any(
            count and not isinstance(node, ast.Lambda) and name in bound_globals(node)
            for node, count in self.running.items()
        )

    def settled(self, value: Value, variables: dict[str, Value], name: str) -> Value:
        """A value that was put off until it is needed, found out now."""
        if isinstance(value, Imported | Deferred):
            return deferral.settle(self, value, variables, name)
        return value

    def bind(self, name: str, value: Value, frame: Frame) -> None:
        """Assign to a name."""
        if name[:2] == "__":
            name = frame.mangled(name)
        holder = frame.holder(name)
        self.record(holder.variables, name)
        holder.variables[name] = value

    def module(self, path: str) -> ModuleObject | None:
        """The module of a file, run to its end; None where it can't be read."""
        return modules.load(self, path)

    def imported_module(self, name: str, near: str) -> Value:
        """What `import name` gives, as the file `near` would import it."""
        return imports.imported(self, name, near)

    def module_attribute(self, module: ModuleObject, name: str) -> Value:
        """`module.name`."""
        return modules.attribute(self, module, name)

    # attributes, elements, truth

    def attribute(self, owner: Value, name: str) -> Value:
        """`owner.name`; MISSING where there is certainly none."""
        if isinstance(owner, PythonObject):
            return owner.attribute(self, name)
        return container_attribute(self, owner, name)

    def items(self, value: Value) -> list[Value] | Unknown:
        """What iterating over a value gives."""
        if isinstance(value, PythonObject):
            return value.items(self)
        if isinstance(value, CONTAINERS):
            rest = rest_of(value)
            if rest is not None:
                return rest
            return list(value) if not isinstance(value, set | frozenset) else sorted(value, key=repr)
        if isinstance(value, str):
            return list(value)
        return Unknown("a loop over what is no collection")

    def truth(self, value: Value) -> bool | Unknown:
        """`bool(value)`."""
        if isinstance(value, PythonObject):
            return value.truth(self)
        if isinstance(value, Missing):
            return Unknown("what is missing")
        if isinstance(value, CONTAINERS):
            rest = rest_of(value)
            if rest is not None and all(isinstance(element, Rest) for element in value):
                return rest
        return bool(value)

    # what can be undone

    def record(self, container: Any, key: Any = None) -> None:
        """Remember what a container holds before it is changed, so that an undecided branch can be undone."""
        if self.trails:
            self.trails[-1].record(container, key)

    # what library functions need

    def builtin(self, name: str) -> Value:
        """One of Python's builtins."""
        return BUILTINS[name]

    def frame_of(self, site: Site) -> Frame:
        """The frame of the module that a place is in."""
        module = self.modules.get(site.module.path)
        if module is None:
            module = ModuleObject(site.module, self.project.folders.module_name(site.module.path))
        return module.frame

    def class_from(self, arguments: Arguments) -> Value:
        """`type(name, bases, names)`."""
        name, bases, names = arguments.positional
        if not isinstance(name, str) or not isinstance(bases, tuple) or not isinstance(names, dict):
            return Unknown("a class")
        variables = {key: value for key, value in names.items() if isinstance(key, str)}
        others = [key.unknown for key in names if isinstance(key, Rest)]  # as if a base had them
        cls = ClassObject(name, [*bases, *others], variables, self.frame_of(arguments.site), arguments.site)
        for native in list(cls.natives()):
            native.subclassed(self, cls, {})
        return cls

    # what front ends decide

    def declared(self, cls: ClassObject, name: str, value: Wrapped) -> Value:
        """The value of a `declared_attr` for a class; one that is being mapped is asked once."""
        remembered = getattr(cls.mapping, "declared", None)
        if remembered is not None and name in remembered:
            return remembered[name]
        found = calls.called_with(self, value.function, [cls], cls.site)
        if remembered is not None:
            remembered[name] = found
        return found

    def passed_to_unknown(self, unknown: Unknown, arguments: Arguments, callee: str = "") -> None:
        """Something unknown is called: what it is given may be called or changed by it."""
        for value in (*arguments.positional, *arguments.keywords.values()):
            if isinstance(value, Function) and self.effects.follows_functions:
                calls.run_perhaps(self, value, unknown)
        self.effects.passed(self, unknown, arguments, callee)


def _call_key(function: Function, arguments: Arguments) -> Any:
    """What makes two calls the same; None for those that are given what can be called or changed."""
    key: list[Any] = [id(function)]
    for name, value in (*enumerate(arguments.positional), *arguments.keywords.items()):
        if isinstance(value, Instance | ClassObject):
            key.append((name, id(value)))
        elif value is None or isinstance(value, str | int | float):
            key.append((name, type(value), value))
        else:
            return None
    return tuple(key)


_PACKAGES = ("sqlalchemy", "sqlmodel", "alembic")


def _shortened(name: str) -> str:
    """`sqlalchemy.sql.schema.Column` is `sqlalchemy.Column`: packages re-export their own names freely."""
    parts = name.split(".")
    return f"{parts[0]}.{parts[-1]}" if len(parts) > 2 and parts[0] in _PACKAGES else ""


def _passed_on(name: str) -> str:
    """SQLModel passes on the names of SQLAlchemy that it has none of its own for."""
    package, _, own = name.partition(".")
    return f"sqlalchemy.{own}" if package == "sqlmodel" else ""


__all__ = ["Interpreter", "Signal"]
