"""Repairs in Django's words: a model's fields and Meta, or what a new migration would say."""

from __future__ import annotations

import re

from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.python_source.literals import list_literal, literal
from schemalint.frontends.python_source.wording import on_one_line
from schemalint.operations import AddIndex, DropConstraint, DropIndex, Operation
from schemalint.source import SourceFile, Sources, Span, UnreadableFile

_FIELD = re.compile(r"(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?P<class>[\w.]+)\s*\(")
_NAME_BEFORE = re.compile(r"['\"](?P<name>\w+)['\"]\s*,\s*(?:field\s*=\s*)?\Z")
_META_INDEX = re.compile(r"(?:\w+\.)*\w*Index\s*\(")
_META_CONSTRAINT = re.compile(r"(?:\w+\.)*\w*Constraint\s*\(")
_MIGRATION_OPERATION = re.compile(r"(?:\w+\.)*(?P<verb>AddIndex|AddConstraint|RunSQL|execute)\s*\(")
_MODEL_NAME = re.compile(r"\(\s*(?:model_name\s*=\s*)?['\"](?P<name>\w+)['\"]")
_LETTERS = re.compile(r"(?:^|\.)(?:Char|Slug|Email|URL|FilePath|File|Image)Field$")
_TEXT = re.compile(r"(?:^|\.)TextField$")
_KEY = re.compile(r"Key$")
_BACK = 200


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """What to write in the model, or in a new migration; None where it can't be said."""
    titles = []
    for operation in repair.operations:
        span = repair.span if operation.span is None or len(repair.operations) == 1 else operation.span
        try:
            place = _Place(sources.read(span.path), span)
        except UnreadableFile:
            return None
        title = _title(operation, place, repair)
        if title is None:
            return None
        titles.append(title)
    return Fix(title=" and ".join(titles), safe=repair.safe) if titles else None


class _Place:
    """What stands where a finding is: the words, the field's name and class, and if it is a migration."""

    def __init__(self, file: SourceFile, span: Span) -> None:
        self.words = file.excerpt(span)
        self.in_migration = "/migrations/" in f"/{file.path}"
        field = _FIELD.match(self.words)
        before = _NAME_BEFORE.search(file.text[max(0, span.start - _BACK) : span.start])
        self.field = field["name"] if field else before["name"] if before else None
        self.field_class = field["class"] if field else self.words.partition("(")[0].strip()


def _title(operation: Operation, place: _Place, repair: Repair) -> str | None:
    if isinstance(operation, AddIndex):
        return _addition(operation, place, repair)
    if isinstance(operation, DropIndex | DropConstraint):
        return _removal(operation, place, repair)
    return None


def _addition(operation: AddIndex, place: _Place, repair: Repair) -> str:
    if "db_index" in place.words and repair.dialect != "cockroachdb":
        return f"remove `db_index=False`{_of(place)}"
    if place.in_migration:
        return f"in a new migration, add an index on {', '.join(operation.index.columns)}"
    fields = (place.field,) if place.field is not None else operation.index.columns
    return f"add `models.Index(fields={list_literal(fields)})` to `Meta.indexes`"


def _of(place: _Place) -> str:
    return f" from `{place.field}`" if place.field is not None else ""


def _removal(operation: DropIndex | DropConstraint, place: _Place, repair: Repair) -> str | None:
    name = operation.index.name if isinstance(operation, DropIndex) else operation.name
    step = _MIGRATION_OPERATION.match(place.words)
    is_constraint = _META_CONSTRAINT.match(place.words) is not None
    if step is not None and step["verb"] in ("RunSQL", "execute"):
        return _in_sql(operation, repair)
    if step is not None or (place.in_migration and (is_constraint or _META_INDEX.match(place.words))):
        verb = "RemoveConstraint" if is_constraint or (step and step["verb"] != "AddIndex") else "RemoveIndex"
        model = _MODEL_NAME.search(place.words) if step is not None else None
        of = literal(model["name"]) if model is not None else "…"
        return f"in a new migration, `migrations.{verb}({of}, {literal(name or '')})`"
    if is_constraint or _META_INDEX.match(place.words):
        return f"remove `{on_one_line(place.words)}`"
    if isinstance(operation, DropConstraint):
        if "unique=True" in place.words:
            return _field_says("unique=True", place)
        option = "in a new migration, take it" if place.in_migration else "take it"
        return f"{option} out of `unique_together`"
    if place.words.startswith(("index_together", "(", "[", "{")):
        return "take it out of `index_together`"
    return _without_index(place, repair)


def _in_sql(operation: Operation, repair: Repair) -> str | None:
    from schemalint.frontends.sql import write

    written = write.statement(operation, repair.dialect)
    return None if written is None else f"in a new migration, `migrations.RunSQL({literal(written)})`"


def _without_index(place: _Place, repair: Repair) -> str:
    """A field that makes no index by itself."""
    words = _field_says("db_index=True", place)
    if repair.dialect == "postgresql":
        classes = ("varchar", _LETTERS), ("text", _TEXT)
        for kind, pattern in classes:
            if pattern.search(place.field_class):
                return f"{words}; it is also what makes the index for LIKE ({kind}_pattern_ops)"
    return words


def _field_says(option: str, place: _Place) -> str:
    name, _, _ = option.partition("=")
    if place.in_migration:
        of = f" `{place.field}`" if place.field is not None else " the field"
        return f"in a new migration, alter{of} to `{name}=False`"
    if option in place.words and not _KEY.search(place.field_class):  # a key has its index without it
        return f"remove `{option}`{_of(place)}"
    on = f" on `{place.field}`" if place.field is not None else ""
    return f"write `{name}=False`{on}"
