"""The blocks of a schema put together: which fields are columns, which are relations, and to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Name
from schemalint.frontends.prisma.providers import SCALAR_TYPES
from schemalint.frontends.prisma.syntax import (
    Array,
    Attribute,
    Block,
    Call,
    EnumValue,
    Field,
    Text,
    Value,
    Word,
)
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect, default_schema
from schemalint.knowledge.names import postgresql_cut

FieldKind = Literal["scalar", "enum", "composite", "unsupported", "unknown"]


class File(Struct, frozen=True, gc=False):
    """A file of a schema, and the blocks in it."""

    path: str
    text: str
    blocks: tuple[Block, ...]


class ScalarField(Struct, frozen=True, gc=False):
    """A field that is a column."""

    field: Field
    column: str
    kind: FieldKind


class RelationField(Struct, frozen=True, gc=False):
    """A field of a model's type. `fields` and `references` are as written in `@relation`, None where absent.

    `name` is the relation's name, where one is given.
    """

    field: Field
    target: str
    name: str | None
    map: str | None
    fields: tuple[str, ...] | None
    references: tuple[str, ...] | None
    on_delete: str | None
    on_update: str | None


class Model(Struct, frozen=True, gc=False):
    """A model: a table with its columns and relations; not `complete` where it could not be read whole."""

    name: str
    file: File
    block: Block
    table: Name
    scalars: Mapping[str, ScalarField]
    relations: tuple[RelationField, ...]
    composites: Mapping[str, Mapping[str, Field]]
    complete: bool

    def column(self, path: str) -> str:
        """The column of a field, or of a path into composite types; of an unknown one, what is written."""
        first, *others = path.split(".")
        scalar = self.scalars.get(first)
        if scalar is None:
            return path
        columns, type_ = [scalar.column], scalar.field.type
        for name in others:
            field = self.composites.get(type_, {}).get(name)
            columns.append((_mapped(field.attributes) if field is not None else None) or name)
            type_ = "" if field is None else field.type
        return ".".join(columns)


class Enum(Struct, frozen=True, gc=False):
    """An enum: its name in the database, and its labels there by their names in the schema."""

    name: Name
    labels: Mapping[str, str]
    file: File
    block: Block


class Schema(Struct, frozen=True, gc=False):
    """A whole schema, of one database; `version` is the major one of the Prisma that makes it."""

    dialect: Dialect
    version: int
    enforced: bool
    namespaces: tuple[str, ...]
    models: tuple[Model, ...]
    enums: Mapping[str, Enum]
    views: frozenset[str]


def datasource(files: Iterable[File]) -> Block | None:
    """The first datasource block."""
    for file in files:
        for block in file.blocks:
            if block.keyword == "datasource":
                return block
    return None


def assemble(files: Iterable[File], dialect: Dialect, version: int) -> Schema:
    """The schema that the files make together, for a database and a major version of Prisma."""
    files = list(files)
    source = datasource(files)
    kinds: dict[str, str] = {}
    enums: dict[str, Enum] = {}
    composites: dict[str, Mapping[str, Field]] = {}
    found: list[tuple[File, Block]] = []
    for file in files:
        for block in file.blocks:
            if block.keyword == "model":
                found.append((file, block))
            elif block.keyword == "enum":
                enums.setdefault(block.name, _enum(file, block, dialect))
            elif block.keyword == "type":
                composites.setdefault(block.name, {field.name: field for field in block.fields})
            if block.keyword in ("model", "view", "type", "enum"):
                kinds.setdefault(block.name, block.keyword)
    return Schema(
        dialect=dialect,
        version=version,
        enforced=_uses_foreign_keys(source, dialect),
        namespaces=_namespaces(source),
        models=tuple(_model(file, block, kinds, composites, dialect) for file, block in found),
        enums=enums,
        views=frozenset(name for name, kind in kinds.items() if kind == "view"),
    )


def _uses_foreign_keys(source: Block | None, dialect: Dialect) -> bool:
    mode = None
    if source is not None:
        mode = source.setting("relationMode") or source.setting("referentialIntegrity")
    if isinstance(mode, Text):
        return mode.text != "prisma"
    return dialect != "mongodb"


def _namespaces(source: Block | None) -> tuple[str, ...]:
    """The schemas that a datasource lists, in the order in which they are made."""
    listed = source.setting("schemas") if source is not None else None
    if not isinstance(listed, Array):
        return ()
    return tuple(sorted({item.text for item in listed.items if isinstance(item, Text)}))


def _enum(file: File, block: Block, dialect: Dialect) -> Enum:
    labels = {}
    for line in block.lines:
        if isinstance(line, EnumValue):
            labels[line.name] = _mapped(line.attributes) or line.name
    return Enum(_database_name(block, dialect), labels, file, block)


def _database_name(block: Block, dialect: Dialect) -> Name:
    """What the block is called in the database: `@@map`, `@@schema`."""
    name = _mapped(block.attributes) or block.name
    attribute = block.attribute("schema")
    schema = attribute.text("map", unnamed=True) if attribute is not None else None
    return Name(_cut(name, dialect), None if schema == default_schema(dialect) else schema)


def _mapped(attributes: Iterable[Attribute]) -> str | None:
    for attribute in attributes:
        if attribute.name == "map":
            return attribute.text("name", unnamed=True)
    return None


def _cut(name: str, dialect: Dialect) -> str:
    """A name as the database keeps it."""
    return postgresql_cut(name) if dialect in POSTGRESQL_FAMILY else name


def _model(
    file: File,
    block: Block,
    kinds: Mapping[str, str],
    composites: Mapping[str, Mapping[str, Field]],
    dialect: Dialect,
) -> Model:
    scalars: dict[str, ScalarField] = {}
    relations: list[RelationField] = []
    complete = block.complete
    for field in block.fields:
        kind = _kind(field, kinds)
        if kind is None:
            relations.append(_relation(field))
        else:
            complete = complete and kind != "unknown"
            column = _mapped(field.attributes) if field.attributes else None
            scalars[field.name] = ScalarField(field, _cut(column or field.name, dialect), kind)
    return Model(
        name=block.name,
        file=file,
        block=block,
        table=_database_name(block, dialect),
        scalars=scalars,
        relations=tuple(relations),
        composites=composites,
        complete=complete,
    )


def _kind(field: Field, kinds: Mapping[str, str]) -> FieldKind | None:
    """What kind of column a field is; None for a relation.

    A type that no file declares is taken for a model where the field says so (`@relation`, a list), else
    for a type of column that is not known.
    """
    if field.unsupported:
        return "unsupported"
    declared = kinds.get(field.type)
    if declared is None:
        if field.type in SCALAR_TYPES:
            return "scalar"
        return None if field.arity == "list" or field.attribute("relation") is not None else "unknown"
    if declared == "enum":
        return "enum"
    return "composite" if declared == "type" else None


def _relation(field: Field) -> RelationField:
    attribute = field.attribute("relation")
    if attribute is None:
        return RelationField(field, field.type, None, None, None, None, None, None)
    return RelationField(
        field,
        field.type,
        attribute.text("name", unnamed=True),
        attribute.text("map"),
        _field_names(attribute.argument("fields")),
        _field_names(attribute.argument("references")),
        _word(attribute.argument("onDelete")),
        _word(attribute.argument("onUpdate")),
    )


def _word(value: Value | None) -> str | None:
    return value.text if isinstance(value, Word) else None


def _field_names(value: Value | None) -> tuple[str, ...] | None:
    if isinstance(value, Word):  # a single field needs no brackets
        return (value.text,)
    if not isinstance(value, Array):
        return None
    return tuple(
        item.text if isinstance(item, Word) else item.name
        for item in value.items
        if isinstance(item, (Word, Call))
    )
