"""Columns: their types and defaults as Prisma writes them for each database."""

from __future__ import annotations

import re

from schemalint.catalog import Column
from schemalint.frontends.prisma.providers import counting_type, has_enums, native_type, scalar_type
from schemalint.frontends.prisma.schema import Enum, Model, ScalarField, Schema
from schemalint.frontends.prisma.syntax import Array, Attribute, Call, Number, Text, Value, Word
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.source import Span

_ROW_NUMBER: dict[Dialect, str] = {"cockroachdb": "unique_rowid()"}
_TIME = r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})"


def column(scalar: ScalarField, model: Model, schema: Schema) -> Column:
    """The column of a field. Lists are made without NOT NULL."""
    field = scalar.field
    dialect = schema.dialect
    type_ = column_type(scalar, schema)
    default: str | None = None
    counts = fetched = False
    for attribute in field.attributes:
        if attribute.name == "default":
            value = attribute.argument("value", unnamed=True)
            called = value.name if isinstance(value, Call) else None
            if called == "autoincrement":
                type_, default = counting_type(type_, dialect), _ROW_NUMBER.get(dialect)
            counts = called in ("autoincrement", "sequence")
            fetched = called == "dbgenerated" and _generated_by(value) is None
            if value is not None and not counts:
                default = _default(value, scalar, type_, schema)
    if dialect == "sqlite" and scalar.kind == "scalar" and field.type == "Int":
        counts = field.attribute("id") is not None
    return Column(
        name=scalar.column,
        type=type_,
        nullable=field.arity != "required",
        default=default,
        identity=counts and dialect != "postgresql" and default is None,
        fetched=fetched,
        span=Span(model.file.path, field.start, field.end),
    )


def column_type(scalar: ScalarField, schema: Schema) -> str:
    """The type of a field's column; how it counts up is not part of it."""
    field, dialect = scalar.field, schema.dialect
    if scalar.kind == "enum":
        type_ = _enum_type(schema.enums[field.type], schema)
    elif scalar.kind == "unsupported":
        type_ = _folded(field.type)
    elif scalar.kind == "scalar":
        native = _native(field.attributes)
        if native is None:
            type_ = scalar_type(field.type, dialect)
        else:
            arguments = tuple(
                argument.value.text
                for argument in native.arguments
                if isinstance(argument.value, (Number, Word, Text))
            )
            type_ = native_type(native.name.partition(".")[2], arguments, dialect)
    elif scalar.kind == "composite" and dialect != "mongodb":
        type_ = scalar_type("Json", dialect)
    else:
        type_ = field.type
    return f"{type_}[]" if field.arity == "list" else type_


def _folded(type_: str) -> str:
    """A type that is written as SQL: in lower case and without blanks at commas, quoted names as they are."""
    parts = type_.split('"')
    return "".join(
        part if position % 2 else re.sub(r" *, *", ",", part.lower()) for position, part in enumerate(parts)
    )


def _native(attributes: tuple[Attribute, ...]) -> Attribute | None:
    """`@db.X`, under whatever name the datasource has."""
    for attribute in attributes:
        if "." in attribute.name:
            return attribute
    return None


def _enum_type(enum: Enum, schema: Schema) -> str:
    if has_enums(schema.dialect):
        return str(enum.name)
    if schema.dialect in MYSQL_FAMILY:
        return f"enum({','.join(map(_quoted, enum.labels.values()))})"
    return scalar_type("String", schema.dialect)


def _default(value: Value, scalar: ScalarField, type_: str, schema: Schema) -> str | None:
    """A default as SQL; None where Prisma itself makes the value, or the database cannot hold it."""
    dialect = schema.dialect
    if isinstance(value, Call):
        if value.name == "dbgenerated":
            return _generated_by(value)
        if value.name == "now":
            return _now(type_) if dialect in MYSQL_FAMILY else "CURRENT_TIMESTAMP"
        return None
    if dialect in MYSQL_FAMILY and scalar.field.type in ("Json", "Bytes"):
        return None
    if isinstance(value, Array):
        items = ", ".join(filter(None, (_literal(item, scalar, schema) for item in value.items)))
        return f"ARRAY[{items}]::{_cast(type_, scalar, schema)}"
    return _literal(value, scalar, schema)


def _generated_by(value: Value | None) -> str | None:
    """The SQL in `dbgenerated("…")`; None where it is left to the database alone."""
    argument = value.arguments[0].value if isinstance(value, Call) and value.arguments else None
    return argument.text if isinstance(argument, Text) and argument.text.strip() else None


def _now(type_: str) -> str:
    precision = re.search(r"\((\d+)\)", type_)
    return f"CURRENT_TIMESTAMP({precision[1] if precision else 3})"


def _literal(value: Value, scalar: ScalarField, schema: Schema) -> str | None:
    kind = scalar.field.type
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Word):
        if scalar.kind == "enum":
            return _quoted(schema.enums[kind].labels.get(value.text, value.text))
        if schema.dialect == "sqlserver":
            return {"true": "1", "false": "0"}.get(value.text, value.text)
        return value.text
    if not isinstance(value, Text):
        return None
    if kind == "Bytes":
        return _bytes(value.text, schema)
    if kind == "DateTime":
        return _quoted(re.sub(_TIME, _spaced_time, value.text))
    if kind == "Decimal":
        return value.text
    return _quoted(value.text)


def _bytes(text: str, schema: Schema) -> str | None:
    from base64 import b64decode

    try:
        digits = b64decode(text).hex()
    except ValueError:  # not base 64
        return None
    if schema.dialect == "sqlserver":
        return f"0x{digits}"
    return f"'{digits}'" if schema.dialect == "sqlite" else f"'\\x{digits}'"


def _spaced_time(match: re.Match[str]) -> str:
    """A moment in the engine's spelling: the parts of a second in as many groups of three as they need."""
    parts = (match[3] or "")[:9].rstrip("0")
    parts = f".{parts}{'0' * (-len(parts) % 3)}" if parts else ""
    return f"{match[1]} {match[2]}{parts} {'+00:00' if match[4] == 'Z' else match[4]}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cast(type_: str, scalar: ScalarField, schema: Schema) -> str:
    """The type of a list, as a cast spells it."""
    if scalar.kind != "enum":
        return type_.upper()
    name = schema.enums[scalar.field.type].name
    return ".".join(f'"{part}"' for part in (name.schema, name.name) if part is not None) + "[]"
