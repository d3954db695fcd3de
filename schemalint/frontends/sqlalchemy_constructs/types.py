"""Column types: SQLAlchemy's own, those of its dialects, and those that the program makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Alias,
    Arguments,
    External,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.reflected_types import CLASSES, shown_type
from schemalint.frontends.sqlalchemy_constructs.visit_names import visit_name

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

ENUM_NAMES = frozenset({"Enum", "ENUM"})
BOOLEAN_NAMES = frozenset({"Boolean", "BOOLEAN"})
INTEGER_NAMES = frozenset(
    "Integer INTEGER INT SmallInteger SMALLINT BigInteger BIGINT TINYINT MEDIUMINT Serial SERIAL"
    " BIGSERIAL".split()
)

_ANCESTORS: dict[str, frozenset[str]] = {
    name: frozenset(ancestors.split())
    for name, ancestors in {
        "integer": "int typeengine",
        "int": "integer typeengine",
        "smallinteger": "integer int typeengine",
        "smallint": "smallinteger integer int typeengine",
        "biginteger": "integer int typeengine",
        "bigint": "biginteger integer int typeengine",
        "boolean": "typeengine",
        "string": "typeengine",
        "varchar": "string typeengine",
        "char": "string typeengine",
        "unicode": "string typeengine",
        "text": "string typeengine",
        "autostring": "string typeengine",
        "unicodetext": "text string typeengine",
        "datetime": "typeengine",
        "timestamp": "datetime typeengine",
        "date": "typeengine",
        "time": "typeengine",
        "interval": "typeengine",
        "float": "numeric typeengine",
        "real": "float numeric typeengine",
        "double_precision": "double float numeric typeengine",
        "numeric": "typeengine",
        "decimal": "numeric typeengine",
        "json": "typeengine",
        "jsonb": "json typeengine",
        "uuid": "typeengine",
        "largebinary": "typeengine",
        "blob": "largebinary typeengine",
        "bytea": "largebinary typeengine",
    }.items()
}
"""The classes that a type's class has for bases, in lower case."""

_WITHOUT_NAME = frozenset("TypeEngine UserDefinedType Variant SchemaType Concatenable Indexable".split())
"""Classes that are bases of types."""

_WITHOUT_ARGUMENTS = frozenset("Integer INTEGER SmallInteger SMALLINT BigInteger BIGINT Date DATE".split())
"""Classes of `sqlalchemy.types` that have no `__init__`; those of the dialects have one."""

_OPTIONS: dict[str, tuple[int, Value]] = {
    "length": (0, None),
    "precision": (0, None),
    "scale": (1, None),
    "timezone": (0, False),
    "collation": (-1, None),
    "as_uuid": (0, True),
    "dimensions": (-1, None),
}
"""What types are asked for: the place of the argument, and what holds without it."""


def reflected_type(text: str) -> TypeObject:
    """A column's type as SQLAlchemy reads it back: its name, and the numbers in brackets."""
    name, _, rest = text.partition("(")
    numbers: list[Value] = [int(number) for number in re.findall(r"\d{1,9}", rest.partition(")")[0])]
    written = " ".join(f"{name} {rest.partition(')')[2]}".split()).upper()
    zoned = "WITH TIME ZONE" in written
    return TypeObject(
        written or "NullType",
        [True] if zoned else numbers,
        {"timezone": True} if zoned else {},
        package="reflected",
        catalog_text=text,
    )


class TypeObject(PythonObject):
    """A type with its arguments. `package` is the dialect whose module it comes from, "" for a generic one.

    `cls` is the program's own class, for a type that it defines; `variants` are what other dialects use.
    `catalog_text` is what the database calls a type that is read back from it.
    """

    __slots__ = (
        "arguments",
        "catalog_text",
        "cls",
        "keywords",
        "name",
        "package",
        "site",
        "state",
        "variants",
    )

    def __init__(
        self,
        name: str,
        arguments: list[Value],
        keywords: dict[str, Value],
        *,
        package: str = "",
        site: Site | None = None,
        cls: ClassObject | None = None,
        catalog_text: str | None = None,
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.keywords = keywords
        self.package = package
        self.site = site
        self.cls = cls
        self.catalog_text = catalog_text
        self.variants: dict[str, TypeObject] = {}
        self.state: dict[str, Value] = {}

    def get(self, position: int, keyword: str, default: Value = None) -> Value:
        """An argument of the type."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        return self.arguments[position] if 0 <= position < len(self.arguments) else default

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`with_variant`, what an enum can do to a database, and what the program's class adds."""
        if name == "with_variant":
            return Native("sqlalchemy.types.with_variant", self._with_variant)
        if name in ("create", "drop") and self.name in ENUM_NAMES:
            return Native(f"sqlalchemy.Enum.{name}", lambda machine, given: self._issue(machine, given, name))
        if name in self.state:
            return self.state[name]
        if name == "__str__" and self.catalog_text is not None:
            shown = shown_type(self.catalog_text, effects_of(interpreter).dialect)
            return shown if shown is not None else Unknown("the text of a type")
        if name in _OPTIONS and self.cls is None:
            place, default = _OPTIONS[name]
            return self.get(place, name, default)
        if name == "name" and self.name in ENUM_NAMES:
            return self.enum_name()
        if name == "enums":
            return list(labels) if (labels := self.labels()) is not None else Unknown("the labels of an enum")
        if name in ("adapt", "copy", "as_generic", "dialect_impl", "load_dialect_impl") and self.cls is None:
            return Native(f"sqlalchemy.types.{name}", lambda machine, given: self)
        if self.cls is not None:
            value, holder = self.cls.find(name)
            if value is not MISSING:
                from schemalint.frontends.python_interpreter.functions import BoundMethod, Function

                value = interpreter.settled(value, holder.variables, name)
                return BoundMethod(value, self) if isinstance(value, Function) else value
            if name in _OPTIONS and self.cls.find("__init__")[0] is MISSING:
                place, default = _OPTIONS[name]
                return self.get(place, name, default)
        if name == "__class__" and self.cls is not None:
            return self.cls
        if name == "__visit_name__" and (visited := visit_name(self.name, self.package)) is not None:
            return visited
        if name in ("__init__", "__init_subclass__"):
            return Native(name, lambda machine, given: self._initialize(given))
        return Unknown(f"the attribute {name} of a type")

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """What the program's `__init__` keeps."""
        self.state[name] = value

    def _initialize(self, arguments: Arguments) -> Value:
        given = arguments.without_first() if arguments.positional[:1] == [self] else arguments
        self.arguments = given.positional
        self.keywords = given.keywords
        return None

    def _with_variant(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        other = TypeObject(
            self.name, self.arguments, self.keywords, package=self.package, site=self.site, cls=self.cls
        )
        other.state = self.state
        other.variants = dict(self.variants)
        variant = as_type(interpreter, arguments.get(0, "type_"))
        if variant is None:
            variant = TypeObject("", [], {}, package="unknown")
        names = arguments.positional[1:] or [arguments.keywords.get("dialect_names", "")]
        for name in names:
            for one in name if isinstance(name, tuple | list) else (name,):
                if not isinstance(one, str):
                    return Unknown("a type for some databases")
                other.variants[one] = variant
        return other

    def _issue(self, interpreter: Interpreter, arguments: Arguments, verb: str) -> Value:
        from schemalint.frontends.sqlalchemy_constructs.enum_types import create_type, drop_type
        from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve

        effects = effects_of(interpreter)
        checks = arguments.get(1, "checkfirst", True) is not False
        make = create_type if verb == "create" else drop_type
        resolved = resolve(interpreter, self, effects.dialect)
        for operation in make(resolved, effects.dialect, arguments.site.span, checks=checks):
            effects.emit(operation)
        return None

    # enums

    def labels(self) -> tuple[str, ...] | None:
        """The labels of an enum; None where they can't be told."""
        values = self.arguments
        first = values[0] if values else self.keywords.get("enums")
        if isinstance(first, Alias):
            return None
        if isinstance(first, ClassObject):
            members = first.variables.get("__members__")
            if not isinstance(members, dict):
                return None
            return self._member_labels(list(members.values()))
        if isinstance(first, list | tuple):
            values = list(first)
        labels = [value for value in values if isinstance(value, str)]
        return tuple(labels) if len(labels) == len(values) else None

    def _member_labels(self, members: list[Value]) -> tuple[str, ...] | None:
        callable_ = self.keywords.get("values_callable")
        use_values = callable_ is not None
        labels = [
            (member.value if use_values else member.name)
            for member in members
            if isinstance(member, EnumMember)
        ]
        known = tuple(label for label in labels if isinstance(label, str))
        return known if len(known) == len(members) else None

    def enum_name(self) -> Value:
        """The name of an enum type: the one given, or that of its Python class in lower case."""
        name = self.keywords.get("name")
        if name is None and self.arguments and isinstance(self.arguments[0], ClassObject):
            return self.arguments[0].name.lower()
        return name

    @property
    def is_guess(self) -> bool:
        """Whether nothing is known of it but the name of its class, which says nothing of what it renders."""
        return self.package == "unknown" or self.name in _WITHOUT_NAME

    @property
    def generic_text(self) -> str:
        """The type by the name of its class."""
        return self.name.upper()


class TypeClass(NativeClass):
    """A class of types. The program may subclass it (`TypeDecorator`, `UserDefinedType`, any other)."""

    __slots__ = ("package", "short")

    def __init__(self, short: str, package: str = "") -> None:
        super().__init__(f"sqlalchemy.{package + '.' if package else ''}{short}")
        self.short = short
        self.package = package

    @property
    def generic_text(self) -> str:
        """The type by the name of its class."""
        return self.short.upper()

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """A type with arguments."""
        given = bool(arguments.positional or arguments.keywords)
        if given and cls is None and self.package == "" and self.short in _WITHOUT_ARGUMENTS:
            raise Raised("builtins.TypeError", f"{self.short}() takes no arguments")
        keywords = arguments.keywords
        if not arguments.complete:
            keywords = {"collation": Unknown("what else a type is given"), **keywords}
        made = TypeObject(
            self.short,
            arguments.positional,
            keywords,
            package=self.package,
            site=arguments.site,
            cls=cls,
        )
        if cls is not None:
            initialize, holder = cls.find("__init__")
            if initialize is not MISSING:
                from schemalint.frontends.python_interpreter.functions import BoundMethod

                initialize = interpreter.settled(initialize, holder.variables, "__init__")
                interpreter.called(BoundMethod(initialize, made), arguments)
        return made

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What a type of the program inherits."""
        if name == "__init__":
            return Native("sqlalchemy.types.__init__", _initialize)
        if name == "cache_ok":
            return True
        return Unknown(f"the attribute {name} of a type")

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Class attributes of types decide nothing."""
        found = super().attribute(interpreter, name)
        if found is MISSING and name in ("with_variant", "create", "drop"):
            return TypeObject(self.short, [], {}, package=self.package).attribute(interpreter, name)
        return Unknown(f"the attribute {name} of a type") if found is MISSING else found

    def holds(self, value: Value) -> bool | None:
        """Whether a value is an instance, as far as names tell."""
        if not isinstance(value, TypeObject):
            return None if isinstance(value, Unknown | External) else False
        if value.cls is not None:
            return value.cls.is_subclass(self)
        mine, theirs = self.short.lower(), CLASSES.get(value.name.lower(), value.name.lower())
        if mine == theirs:
            return True
        kinds = _ANCESTORS.get(theirs)
        return mine in kinds if kinds is not None else None


def _initialize(interpreter: Interpreter, arguments: Arguments) -> Value:
    first = arguments.positional[0] if arguments.positional else None
    if isinstance(first, TypeObject):
        first.arguments = arguments.positional[1:]
        first.keywords = arguments.keywords
    return None


def as_type(interpreter: Interpreter, value: Value) -> TypeObject | None:
    """A type given as an object or as a class; None for what is none."""
    if isinstance(value, TypeObject):
        return value
    if isinstance(value, TypeClass):
        return TypeObject(value.short, [], {}, package=value.package)
    if isinstance(value, ClassObject):
        for native in value.natives():
            if isinstance(native, TypeClass):
                made = native.construct(interpreter, Arguments(positional=[], site=value.site), value)
                return made if isinstance(made, TypeObject) else None
        return None
    if isinstance(value, External):
        return TypeObject(value.name.rpartition(".")[2], [], {}, package="unknown")
    return None
