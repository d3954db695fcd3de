"""What an annotation says of a column: its type and whether it may be null."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.builtin_classes import BuiltinClass
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import (
    Alias,
    External,
    PythonObject,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject, as_type

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

MAPPED = frozenset({"Mapped", "WriteOnlyMapped", "DynamicMapped"})
_MAXIMUM_DEPTH = 30


class NewType(PythonObject):
    """`typing.NewType("Name", base)`."""

    __slots__ = ("base",)

    def __init__(self, base: Value) -> None:
        self.base = base


def evaluated(interpreter: Interpreter, node: ast.expr, cls: ClassObject) -> Value:
    """The value of an annotation in the body of a class; strings in it are read as annotations too."""
    names = {name: value for name, value in cls.variables.items() if not isinstance(value, ColumnItem)}
    frame = Frame(cls.frame.module, cls.frame, names, is_class=True)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return from_text(interpreter, node.value, cls)
    try:
        return interpreter.evaluate(node, frame)
    except Signal:
        return Unknown("an annotation")


def fields_of_dataclass(cls: ClassObject) -> Iterator[tuple[str, ClassObject]]:
    """The fields of a dataclass, each with the class that annotates it; nothing of other classes."""
    if cls.node is None or not any(map(_makes_dataclass, cls.node.decorator_list)):
        return
    fields: dict[str, ClassObject] = {}
    for base in reversed(cls.order):
        if isinstance(base, ClassObject):
            fields.update(
                (name, base)
                for name, node in base.annotations.items()
                if "ClassVar" not in ast.unparse(node) and "InitVar" not in ast.unparse(node)
            )
    yield from fields.items()


def _makes_dataclass(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(named, "attr", getattr(named, "id", "")) == "dataclass"


def statement_of(cls: ClassObject, name: str) -> ast.AST:
    """The statement in the body of a class that annotates a name."""
    for statement in cls.node.body if cls.node is not None else ():
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name:
            return statement
    return cls.site.node


def from_text(interpreter: Interpreter, text: str, cls: ClassObject) -> Value:
    """The value of an annotation written as a string."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Unknown("an annotation")
    if isinstance(node, ast.Constant):
        return Unknown("an annotation")
    try:
        return interpreter.evaluate(node, Frame(cls.frame.module, cls.frame))
    except Signal:
        return Unknown("an annotation")


def name_of(value: Value) -> str:
    """The last part of the name of a class outside the project; "" for anything else."""
    if isinstance(value, External | NativeClass):
        return value.name.rpartition(".")[2]
    return ""


def mapped_argument(interpreter: Interpreter, value: Value, cls: ClassObject) -> Value | None:
    """What is inside `Mapped[…]`; None where an annotation is none of these."""
    if not isinstance(value, Alias) or name_of(value.origin) not in MAPPED:
        return None
    inner = value.arguments[0] if value.arguments else Unknown("an annotation")
    return from_text(interpreter, inner, cls) if isinstance(inner, str) else inner


def is_class_variable(value: Value) -> bool:
    """`ClassVar[…]`."""
    return name_of(value.origin if isinstance(value, Alias) else value) == "ClassVar"


def alternatives(value: Value, depth: int = 0) -> list[Value]:
    """The members of a union, flat; anything else is the one member of its own."""
    if isinstance(value, Alias) and depth < _MAXIMUM_DEPTH:
        name = name_of(value.origin)
        if name == "Optional":
            return [*(one for part in value.arguments for one in alternatives(part, depth + 1)), None]
        if name in ("Union", "UnionType"):
            return [one for part in value.arguments for one in alternatives(part, depth + 1)]
    return [value]


def allows_none(interpreter: Interpreter, value: Value, cls: ClassObject) -> bool:
    """Whether an annotation includes None."""
    if isinstance(value, str):
        value = from_text(interpreter, value, cls)
    for one in alternatives(value):
        if one is None or name_of(one) == "NoneType":
            return True
        if isinstance(one, str) and one != value and allows_none(interpreter, one, cls):
            return True
        annotated = isinstance(one, Alias) and name_of(one.origin) == "Annotated" and one.arguments
        if annotated and allows_none(interpreter, one.arguments[0], cls):
            return True
    return False


def without_none(value: Value) -> Value:
    """The annotation less None; of several types the first."""
    members = [one for one in alternatives(value) if one is not None and name_of(one) != "NoneType"]
    return members[0] if members else value


def metadata_of(value: Value) -> tuple[Value, ...]:
    """What stands behind the type in `Annotated[type, …]`."""
    if isinstance(value, Alias) and name_of(value.origin) == "Annotated":
        inner = value.arguments[0] if value.arguments else None
        return (*metadata_of(inner), *value.arguments[1:])
    return ()


def annotated_columns(value: Value) -> Iterable[ColumnItem]:
    """The `mapped_column(…)` within `Annotated`."""
    return [one for one in metadata_of(without_none(value)) if isinstance(one, ColumnItem)]


PYTHON_TYPES = {
    "builtins.int": "Integer",
    "builtins.float": "Float",
    "builtins.bool": "Boolean",
    "builtins.str": "String",
    "builtins.bytes": "LargeBinary",
    "uuid.UUID": "Uuid",
    "decimal.Decimal": "Numeric",
    "datetime.date": "Date",
    "datetime.datetime": "DateTime",
    "datetime.time": "Time",
    "datetime.timedelta": "Interval",
}
"""The type that each class of Python stands for: `sqlalchemy.sql.sqltypes._type_map` of SQLAlchemy 2.0."""

_SINCE_2_1 = PYTHON_TYPES | {"builtins.float": "Double"}


def types_of_version(interpreter: Interpreter, path: str) -> dict[str, str]:
    """The types that classes of Python stand for in the `Mapped[…]` of a file.

    Those of SQLAlchemy 2.1 unless a file of requirements asks for an older version. Source: CREATE TABLE as
    2.0.50 and 2.1.9 write it.
    """
    older = interpreter.project.requirements.ask_for_older("sqlalchemy", (2, 1), path)
    return PYTHON_TYPES if older else _SINCE_2_1


def resolved_type(
    interpreter: Interpreter, value: Value, type_map: dict[Value, Value], python_types: dict[str, str]
) -> TypeObject | None:
    """The column type that an annotation stands for, by the `type_annotation_map` and `python_types`."""
    value = without_none(value)
    seen = 0
    while seen < _MAXIMUM_DEPTH:
        seen += 1
        found = _mapped_type(interpreter, value, type_map, python_types)
        if found is not None:
            return found
        if isinstance(value, Alias) and name_of(value.origin) == "Annotated" and value.arguments:
            value = without_none(value.arguments[0])
        elif isinstance(value, NewType):
            value = value.base
        elif isinstance(value, Alias):
            value = value.origin
        else:
            return None
    return None


def _mapped_type(
    interpreter: Interpreter, value: Value, type_map: dict[Value, Value], python_types: dict[str, str]
) -> TypeObject | None:
    for key, kind in type_map.items():
        if same(key, value):
            return as_type(interpreter, kind)
    if isinstance(value, Alias) and name_of(value.origin) == "Literal":
        labels = [one for one in value.arguments if isinstance(one, str)]
        return TypeObject("Enum", [*labels], {"native_enum": False})
    if isinstance(value, ClassObject):
        return _class_type(interpreter, value, type_map)
    if isinstance(value, TypeClass | TypeObject):
        return as_type(interpreter, value)
    if isinstance(value, External | BuiltinClass):
        default = python_types.get(value.name)
        return TypeObject(default, [], {}) if default is not None else None
    return None


def _class_type(
    interpreter: Interpreter, cls: ClassObject, type_map: dict[Value, Value]
) -> TypeObject | None:
    if isinstance(cls.variables.get("__members__"), dict):
        for key, kind in type_map.items():
            if isinstance(key, NativeClass) and key.name == "enum.Enum":
                configured = as_type(interpreter, kind)
                if configured is not None:
                    return TypeObject("Enum", [cls], configured.keywords)
        return TypeObject("Enum", [cls], {})
    for base in cls.order[1:]:
        for key, kind in type_map.items():
            if same(key, base):
                return as_type(interpreter, kind)
    return None


def same(one: Value, other: Value, depth: int = 0) -> bool:
    """Whether two annotations mean the same."""
    if one is other:
        return True
    if isinstance(one, External | NativeClass) and isinstance(other, External | NativeClass):
        return one.name == other.name
    if isinstance(one, Alias) and isinstance(other, Alias) and depth < _MAXIMUM_DEPTH:
        return (
            same(one.origin, other.origin, depth + 1)
            and len(one.arguments) == len(other.arguments)
            and all(
                same(left, right, depth + 1)
                for left, right in zip(one.arguments, other.arguments, strict=True)
            )
        )
    return not isinstance(one, PythonObject) and not isinstance(other, PythonObject) and one == other
