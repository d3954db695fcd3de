"""A field of a model, as Django's migrations know it: a class and its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Action
from schemalint.frontends.django.field_types import CORE, FieldType
from schemalint.frontends.python_source.values import (
    Call,
    Combination,
    Lambda,
    Member,
    Reference,
    Unknown,
    Value,
)
from schemalint.source import Span

ModelKey = tuple[str, str]
"""App label, and the model's name in lower case."""

_NOT_IN_DATABASE = frozenset(
    {
        "blank",
        "choices",
        "db_column",
        "editable",
        "error_messages",
        "help_text",
        "limit_choices_to",
        "on_delete",
        "related_name",
        "related_query_name",
        "validators",
        "verbose_name",
        "to",
        "to_field",
        "to_fields",
        "serialize",
        "base_field",
    }
)
"""`Field.non_db_attrs`, and what is compared in its own way."""

_DATABASE_ACTIONS: dict[str, Action] = {
    "DB_CASCADE": "cascade",
    "DB_SET_NULL": "set null",
    "DB_SET_DEFAULT": "set default",
}
"""Since Django 6.1: `DatabaseOnDelete` in `django/db/models/deletion.py`."""

_ORDINARY: dict[str, Value] = {
    "primary_key": False,
    "max_length": None,
    "unique": False,
    "null": False,
    "unique_for_date": None,
    "unique_for_month": None,
    "unique_for_year": None,
    "auto_created": False,
    "db_tablespace": None,
    "db_comment": None,
    "db_collation": None,
    "db_constraint": True,
    "parent_link": False,
    "swappable": True,
    "auto_now": False,
    "auto_now_add": False,
}
"""Arguments that `deconstruct` leaves out where they have these values."""


class Field(Struct, frozen=True, kw_only=True, eq=False):
    """A field. `to` and `through` are models, `base` is what an array or a generated field is made of.

    `options` are its keyword arguments, those of its class's defaults included. `certain` is False where
    an argument that shapes the column, or the class, was not understood. `assumed` marks a key whose class a
    setting decides that is not in the project, and what a version of Django decides that nothing says;
    `is_aimed` is False where a setting decides what `to` is.
    Migrations do not learn of the arguments that are `lost`, with what they take them for: what `deconstruct`
    of the class takes away.
    """

    name: str = ""
    type: FieldType
    path: str
    options: Mapping[str, Value] = {}
    to: ModelKey | None = None
    through: ModelKey | None = None
    base: Field | None = None
    span: Span | None = None
    certain: bool = True
    lost: Mapping[str, Value] = {}
    auto_created: bool = False
    assumed: bool = False
    is_aimed: bool = True

    def option(self, name: str, default: Value = None) -> Value:
        """An argument; the default where it was not given or not understood."""
        value = self.options.get(name, default)
        return default if isinstance(value, Unknown) else value

    @property
    def is_relation(self) -> bool:
        """Whether it makes a column that refers to a model."""
        return self.type.relation in ("foreign key", "one to one")

    @property
    def many_to_many(self) -> bool:
        """Whether it makes no column but a table."""
        return self.type.relation == "many to many"

    @property
    def column(self) -> str:
        """The name of its column."""
        written = self.option("db_column")
        if isinstance(written, str) and written:
            return written
        return f"{self.name}_id" if self.is_relation else self.name

    @property
    def has_column(self) -> bool:
        """Whether it makes a column."""
        return self.type.column and not self.many_to_many

    @property
    def null(self) -> bool:
        """Whether the column may be null."""
        return bool(self.option("null", False)) is True

    @property
    def primary_key(self) -> bool:
        """Whether it is the primary key by itself."""
        return self.option("primary_key", False) is True

    @property
    def unique(self) -> bool:
        """Whether its values are unique, as a primary key's are."""
        return self.primary_key or self.option("unique", False) is True

    @property
    def db_index(self) -> bool:
        """Whether an index is asked for."""
        return self.option("db_index", False) is True

    @property
    def db_constraint(self) -> bool:
        """Whether a foreign key is enforced by the database."""
        return self.option("db_constraint", True) is not False

    @property
    def has_db_default(self) -> bool:
        """Whether the database holds a default."""
        return "db_default" in self.options

    @property
    def generated(self) -> bool:
        """Whether the database computes it."""
        return self.type.internal == "GeneratedField"

    @property
    def auto(self) -> bool:
        """Whether the database counts it up."""
        return self.type.internal in ("AutoField", "BigAutoField", "SmallAutoField")

    def to_field_name(self) -> str | None:
        """The field that a foreign key says it refers to."""
        name = self.option("to_field")
        return name if isinstance(name, str) else None

    def deconstructed(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """What decides whether a change of the field changes the database."""
        ordinary = {**_ORDINARY, "db_index": self.type.relation in ("foreign key", "one to one")}
        if self.type.internal == "SlugField":
            ordinary["db_index"] = True
        if self.type.relation == "one to one":
            ordinary["unique"] = True
        known = {name: value for name, value in self.lost.items() if not isinstance(value, Unknown)}
        items = {
            (name, fingerprint(value))
            for name, value in {**self.options, **known}.items()
            if name not in _NOT_IN_DATABASE and not (name in ordinary and _same(ordinary[name], value))
        }
        items.add(("on_delete", self.action_of_database))
        items.add(("type", repr(self.type.column_type)))  # it may come of arguments of the class's own
        if self.base is not None:
            items.add(("base_field", repr((self.base.path, sorted(self.base.deconstructed()[1])))))
        return self.path, frozenset(items)

    @property
    def action_of_database(self) -> Action:
        """What the database does where a row is deleted: nothing, as Django acts by itself."""
        value = self.options.get("on_delete")
        if isinstance(value, Reference | Call):
            return _DATABASE_ACTIONS.get(value.name.rpartition(".")[2], "no action")
        return "no action"

    def effective_default(self) -> bool:
        """Whether Django has a value for existing rows (`_effective_default` is not None)."""
        if "default" in self.options:
            return self.options["default"] is not None
        if self.generated:
            return False
        if not self.null and self.option("blank", False) is True and self.type.empty_strings:
            return True
        return self.option("auto_now", False) is True or self.option("auto_now_add", False) is True

    def with_options(self, **changes: Value) -> Field:
        """The field with other arguments; None as a change takes the argument away."""
        options: dict[str, Any] = {**self.options, **changes}
        return replace(self, options={name: value for name, value in options.items() if value is not REMOVED})


def core_field(kind: str, to: ModelKey | None = None, **options: Any) -> Field:
    """A field of a class of `django.db.models`, by its name, with the options of the class."""
    base = CORE[kind]
    return Field(type=base, path=f"django.db.models.{kind}", options={**base.defaults, **options}, to=to)


REMOVED = object()
"""Given to `with_options` for an argument to take away."""


def _same(one: Value, other: Value) -> bool:
    return one is other or (type(one) is type(other) and one == other)


def fingerprint(value: Value, depth: int = 0) -> str:
    """A text that is the same for values that are written the same."""
    if depth > 20:
        return "…"
    deeper = depth + 1
    match value:
        case Reference():
            return value.name
        case Call():
            arguments = [fingerprint(argument, deeper) for argument in value.arguments]
            arguments += [
                f"{name}={fingerprint(item, deeper)}" for name, item in sorted(value.keywords.items())
            ]
            return f"{fingerprint(value.function, deeper)}({', '.join(arguments)})"
        case Combination():
            return f"({value.operator} {' '.join(fingerprint(item, deeper) for item in value.operands)})"
        case Member():
            return f"{fingerprint(value.owner, deeper)}.{value.name}"
        case Lambda():
            return f"lambda@{value.module.path}:{value.node.lineno}:{value.node.col_offset}"
        case Unknown():
            return "?"
        case dict():
            return f"{{{', '.join(f'{key!r}: {fingerprint(item, deeper)}' for key, item in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(fingerprint(item, deeper) for item in value)}]"
    return repr(value)
