"""Code that takes part in the making of a model's class: it may add fields that the body does not say.

Source: `type.__new__`, which calls `__init_subclass__`; `ModelBase.__new__` in `django/db/models/base.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.django.class_decorators import decorators, fields_of
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition
from schemalint.frontends.python_source.project import Project

_ADDING = frozenset({"add_to_class", "contribute_to_class"})
_OPTIONS = frozenset(
    {
        "constraints",
        "db_table",
        "index_together",
        "indexes",
        "managed",
        "original_attrs",
        "proxy",
        "swappable",
        "unique_together",
    }
)
"""What of `Options` decides the table."""

_NAMESPACE = frozenset({"locals", "vars", "exec"})
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Makers:
    """What takes part in the making of a project's models. Code that many models share is looked at once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._adding: dict[ast.AST, bool] = {}
        self._setting: dict[ast.AST, bool] = {}
        self._writing: dict[ast.ClassDef, bool] = {}
        self._assigned: dict[ast.AST, frozenset[str]] = {}

    def adding(self, model: ClassDefinition) -> list[str]:
        """What may add fields to a model, in words that "of the model" can follow.

        The metaclass of a base with a table is the model's own, too.
        """
        found: dict[str, None] = {}
        for definition in self._classes(model):
            for words, node in _taking_part(self._project, definition, model):
                if node not in self._adding:
                    self._adding[node] = _adds(node)
                if self._adding[node]:
                    found[words] = None
            if definition.node not in self._writing:
                self._writing[definition.node] = _writes_names(definition.node)
            if self._writing[definition.node]:
                found["names that are computed in the body"] = None
        return list(found)

    def assigned(self, model: ClassDefinition) -> frozenset[str]:
        """The attributes that a metaclass may put into the body of a model: `attrs["name"] = …`."""
        found: set[str] = set()
        for definition in self._classes(model):
            for _, node in _taking_part(self._project, definition, model):
                if node not in self._assigned:
                    self._assigned[node] = frozenset(_names_put(node))
                found |= self._assigned[node]
        return frozenset(found)

    def change_options(self, model: ClassDefinition) -> bool:
        """Whether such code changes what the model's Meta said."""
        for definition in self._classes(model):
            for _, node in _taking_part(self._project, definition, model):
                if node not in self._setting:
                    self._setting[node] = _sets_options(node)
                if self._setting[node]:
                    return True
        return False

    def _classes(self, model: ClassDefinition) -> Iterator[ClassDefinition]:
        for ancestor in ancestors(self._project, model):
            if isinstance(ancestor, ClassDefinition):
                yield ancestor


def _taking_part(
    project: Project, definition: ClassDefinition, model: ClassDefinition
) -> Iterator[tuple[str, ast.AST]]:
    """Metaclasses, decorators and `__init_subclass__` of a class, each in words and as its code.

    Not decorators of which all is known.
    """
    for node in _metaclasses(definition.node):
        metaclass = project.definition(definition.module, node)
        if isinstance(metaclass, ClassDefinition):
            for ancestor in ancestors(project, metaclass):
                if isinstance(ancestor, ClassDefinition):
                    yield f"the metaclass {metaclass.name}", ancestor.node
    if definition.node is model.node:
        for decorator in decorators(definition, project):
            if fields_of(decorator) is None:
                yield f"the decorator {decorator.name}", decorator.node
    else:
        for statement in definition.node.body:
            match statement:
                case ast.FunctionDef(name="__init_subclass__"):
                    yield f"{definition.name}.__init_subclass__", statement


def _metaclasses(node: ast.ClassDef) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in node.keywords if keyword.arg == "metaclass")
    for base in node.bases:
        match base:
            case ast.Call(func=ast.Name(id="with_metaclass") | ast.Attribute(attr="with_metaclass")):
                yield from base.args[:1]


def _adds(node: ast.AST) -> bool:
    """Whether code puts fields onto classes, to all appearances."""
    return any(isinstance(inner, ast.Attribute) and inner.attr in _ADDING for inner in ast.walk(node))


def _sets_options(node: ast.AST) -> bool:
    """Whether code sets what decides the table: `model._meta.db_table = …`, or what is kept of it there."""
    return any(
        isinstance(inner, ast.Attribute)
        and inner.attr in _OPTIONS
        and isinstance(inner.value, ast.Attribute)
        and inner.value.attr == "_meta"
        for target in _targets(node)
        for inner in ast.walk(target)
    )


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            yield from inner.targets
        elif isinstance(inner, ast.AugAssign):
            yield inner.target


def _names_put(node: ast.AST) -> Iterator[str]:
    """The names under which the code of a metaclass puts something into what is handed to it."""
    for function in ast.walk(node):
        if isinstance(function, ast.FunctionDef) and function.name in ("__new__", "__init__", "__prepare__"):
            given = {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)}
            for target in _targets(function):
                match target:
                    case ast.Subscript(value=ast.Name(id=owner), slice=ast.Constant(value=str() as name)):
                        if owner in given:
                            yield name
            for call in ast.walk(function):
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id=owner), attr="setdefault" | "update"),
                        args=arguments,
                        keywords=keywords,
                    ) if owner in given:
                        yield from _said_in(arguments)
                        yield from (keyword.arg for keyword in keywords if keyword.arg is not None)


def _said_in(arguments: list[ast.expr]) -> Iterator[str]:
    """The name in `setdefault("name", …)`, and those in `update({"name": …})`."""
    for argument in arguments[:1]:
        for node in argument.keys if isinstance(argument, ast.Dict) else [argument]:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _writes_names(node: ast.ClassDef) -> bool:
    """Whether the body of a class makes attributes whose names it does not say: `locals()[name] = …`."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        current = waiting.pop()
        if isinstance(current, _OWN_SCOPE):
            continue
        if isinstance(current, ast.Call) and getattr(current.func, "id", None) in _NAMESPACE:
            return True
        waiting += ast.iter_child_nodes(current)
    return False
