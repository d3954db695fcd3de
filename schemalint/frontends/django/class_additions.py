"""What is done to models behind their classes: fields that are added, and arguments of fields that change.

`Model.add_to_class("name", field)`, `field.contribute_to_class(Model, "name")`, and
`Model._meta.get_field("name").max_length = 100`. A class may also set arguments of its own fields.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Value


class Addition(NamedTuple):
    """A field that a statement puts onto a class; `runs` says that importing the module does so, and once.

    The `definition` is None where it can't be told which class it is, the name where it is computed.
    """

    definition: ClassDefinition | None
    name: str | None
    module: Module
    value: ast.expr
    runs: bool


class Alteration(NamedTuple):
    """An argument of a class's field that a statement sets; `runs` as for an addition.

    The class is known by its name alone where a function imports it; it may then be another one's, and
    nothing is sure to run.
    """

    definition: ClassDefinition | External | str
    field: str
    argument: str
    module: Module
    value: ast.expr
    runs: bool


class ClassChanges:
    """What the modules of a project do to classes."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._added: dict[ast.ClassDef, dict[str, Addition]] = {}
        self._altered: dict[ast.ClassDef | str, list[Alteration]] = {}
        self._doubtful: set[tuple[ast.ClassDef | None, str | None]] = set()

    def read(self, module: Module, *, loaded: bool) -> None:
        """Take note of what a module does; one that is not `loaded` with the models may do it or not."""
        relations: frozenset[str] | None = None
        for node, runs in _statements(module.tree):
            if isinstance(node, ast.Call):
                addition = _addition(self._project, module, node, runs=runs and loaded)
                if addition is None or _is_without_column(addition.value):
                    continue
                if isinstance(addition.value, ast.Name):
                    relations = _without_column(module.tree) if relations is None else relations
                    if addition.value.id in relations:
                        continue
                self._note(addition)
            elif (alteration := _alteration(self._project, module, node, runs=runs and loaded)) is not None:
                self._altered.setdefault(_key(alteration.definition), []).append(alteration)

    def _note(self, addition: Addition) -> None:
        definition = addition.definition
        if definition is not None and addition.name is not None and addition.runs:
            self._added.setdefault(definition.node, {})[addition.name] = addition
        else:
            self._doubtful.add((definition.node if definition is not None else None, addition.name))

    def additions(self, node: ast.ClassDef) -> Mapping[str, Addition]:
        """The fields that a class surely gets, by name."""
        return self._added.get(node, {})

    def alterations(self, definition: ClassDefinition | External) -> Sequence[Alteration]:
        """What is set on the fields of a class, in order, and what may be on one of that name."""
        name = definition.name.rpartition(".")[2]
        return (*self._altered.get(_key(definition), ()), *self._altered.get(name, ()))

    def may_add(self, node: ast.ClassDef, name: str) -> bool:
        """Whether code may put a field of that name onto a class."""
        return any((owner, one) in self._doubtful for owner in (node, None) for one in (name, None))


_WITHOUT_COLUMN = frozenset({"GenericForeignKey", "GenericRelation", "property"})
"""What models are given that is no column and no table."""

ARGUMENTS = {
    "_unique": "unique",
    **{
        name: name
        for name in (
            "db_column",
            "db_comment",
            "db_index",
            "db_tablespace",
            "decimal_places",
            "default",
            "max_digits",
            "max_length",
            "null",
            "primary_key",
            "unique",
        )
    },
}
"""The attributes of a field that a migration writes down, and the arguments that they become.

Source: `Field.deconstruct` in `django/db/models/fields/__init__.py`.
"""


_IN_DATABASE = frozenset(
    {
        "attname",
        "base_field",
        "column",
        "db_collation",
        "db_constraint",
        "db_default",
        "dim",
        "expression",
        "from_fields",
        "geography",
        "output_field",
        "remote_field",
        "size",
        "srid",
        "to_fields",
    }
)
"""Other attributes of fields that the database sees."""


def set_in_body(node: ast.ClassDef) -> Mapping[str, Mapping[str, ast.expr]]:
    """What the body of a class sets on its attributes, by the attribute: `name.null = True`."""
    found: dict[str, dict[str, ast.expr]] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr=argument)]):
                found.setdefault(name, {})[argument] = statement.value
    return found


def as_set(value: Value, changed: Mapping[str, Value]) -> Value:
    """The call that makes a field, with arguments that were set behind it; incomplete where it tells less."""
    if not isinstance(value, Call):
        return value
    known = {
        ARGUMENTS.get(name, name): one for name, one in changed.items() if name == "name" or name in ARGUMENTS
    }
    complete = value.complete and not _IN_DATABASE & changed.keys()
    return replace(value, keywords={**value.keywords, **known}, complete=complete)


def _key(definition: ClassDefinition | External | str) -> ast.ClassDef | str:
    if isinstance(definition, ClassDefinition):
        return definition.node
    return definition.name if isinstance(definition, External) else definition


def _statements(tree: ast.Module) -> Iterator[tuple[ast.Call | ast.Assign, bool]]:
    """The calls and assignments of a module, and whether importing it is sure to run them once.

    Of classes that is `AppConfig.ready`: those of fields and metaclasses do something to the classes that
    have them, and are looked at there.
    """
    waiting: list[tuple[ast.AST, bool]] = [(statement, True) for statement in reversed(tree.body)]
    while waiting:
        node, runs = waiting.pop()
        if isinstance(node, ast.Assign):
            yield node, runs
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield node.value, runs
        elif isinstance(node, ast.ClassDef):
            waiting += [(inner, False) for inner in node.body if getattr(inner, "name", None) == "ready"]
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            waiting += [(inner, False) for inner in ast.iter_child_nodes(node)]


def _addition(project: Project, module: Module, call: ast.Call, *, runs: bool) -> Addition | None:
    match call:
        case ast.Call(func=ast.Attribute(value=target, attr="add_to_class"), args=[name, value]):
            pass
        case ast.Call(func=ast.Attribute(value=value, attr="contribute_to_class"), args=[target, name, *_]):
            if isinstance(value, ast.Call) and getattr(value.func, "id", None) == "super":
                return None
        case _:
            return None
    definition = project.definition(module, target)
    return Addition(
        definition=definition if isinstance(definition, ClassDefinition) else None,
        name=name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None,
        module=module,
        value=value,
        runs=runs,
    )


def _is_without_column(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _last_name(value.func) in _WITHOUT_COLUMN


def _without_column(tree: ast.Module) -> frozenset[str]:
    """The names that stand for nothing else, wherever in a module they are assigned."""
    found: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = {name for target in node.targets if (name := _last_name(target)) is not None}
            (found if _is_without_column(node.value) else others).update(names)
        elif isinstance(node, ast.arg):
            others.add(node.arg)
        elif isinstance(node, ast.For):
            others.update(one.id for one in ast.walk(node.target) if isinstance(one, ast.Name))
    return frozenset(found - others)


def _last_name(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _alteration(project: Project, module: Module, statement: ast.Assign, *, runs: bool) -> Alteration | None:
    match statement.targets:
        case [
            ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Attribute(value=target, attr="_meta"), attr="get_field"),
                    args=[ast.Constant(value=str(field))],
                ),
                attr=attribute,
            )
        ] if attribute in ARGUMENTS:
            definition = project.definition(module, target) or getattr(target, "id", None)
            if isinstance(definition, ClassDefinition | External | str):
                argument = ARGUMENTS[attribute]
                sure = runs and not isinstance(definition, str)
                return Alteration(definition, field, argument, module, statement.value, sure)
    return None
