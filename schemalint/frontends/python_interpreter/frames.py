"""Where names live while code runs: one frame for each module, class body and call."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Site, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.namespaces import ModuleObject
    from schemalint.frontends.python_interpreter.objects import ClassObject


class Deferred:
    """A name whose value is found out when it is first needed: most of a module never is."""

    __slots__ = ("frame", "node", "running")

    def __init__(self, node: ast.expr | ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        self.node = node
        self.frame = frame
        self.running = False


class Imported:
    """A name that an import binds, looked for when it is first needed.

    `module` is the absolute name of the module, `name` what of it is imported (None: the module itself),
    `near` the file that imports it; `at_top` says that it is imported at the top of a module.
    """

    __slots__ = ("at_top", "module", "name", "near")

    def __init__(self, module: str, name: str | None, near: str, *, at_top: bool) -> None:
        self.module = module
        self.name = name
        self.near = near
        self.at_top = at_top


class Frame:
    """The names of one body, and what its code has to know of its surroundings.

    `outer` is the frame in which names are looked up next (never that of a class body, for a function).
    `returns` are values that an undecided branch may have returned, `doubts` what they depended on.
    `on_yield` is what a generator's `yield` does, `caller` the call in another module that the frame is of.
    """

    __slots__ = (
        "caller",
        "doubts",
        "global_names",
        "is_class",
        "module",
        "nonlocal_names",
        "on_yield",
        "outer",
        "owner",
        "receiver",
        "returns",
        "variables",
    )

    def __init__(
        self,
        module: ModuleObject,
        outer: Frame | None,
        variables: dict[str, Value] | None = None,
        *,
        is_class: bool = False,
    ) -> None:
        self.module = module
        self.outer = outer
        self.variables: dict[str, Value] = {} if variables is None else variables
        self.is_class = is_class
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.returns: list[Value] = []
        self.doubts: list[Unknown] = []
        self.on_yield: Callable[[Value], Value] | None = None
        self.caller: Site | None = None
        self.owner: ClassObject | None = None
        self.receiver: Value = None

    def visible_from_inside(self) -> Frame | None:
        """The frame that functions defined here look names up in: class bodies are passed over."""
        frame: Frame | None = self
        while frame is not None and frame.is_class:
            frame = frame.outer
        return frame

    def mangled(self, name: str) -> str:
        """A private name as Python spells it: within class `A`, `__x` is `_A__x`."""
        if name[:2] != "__" or name[-2:] == "__":
            return name
        here: Frame | None = self
        while here is not None and here.owner is None:
            here = here.outer
        if here is None or here.owner is None:
            return name
        return f"_{here.owner.name.lstrip('_')}{name}"

    def holder(self, name: str) -> Frame:
        """The frame that an assignment to `name` changes."""
        if name in self.global_names:
            frame = self
            while frame.outer is not None:
                frame = frame.outer
            return frame
        if name in self.nonlocal_names:
            outer = self.outer
            while outer is not None and outer.outer is not None:
                if name in outer.variables:
                    return outer
                outer = outer.outer
        return self
