"""What the tool of a history compares with the database, as a project sets it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Compared(Struct, frozen=True, kw_only=True):
    """Something that a project may keep its tool from comparing: what Alembic calls an object.

    `kind` is "table", "column", "index", "unique_constraint" or "foreign_key_constraint"; `table` and
    `schema` are those that it belongs to. `made` says that the database has it, `declared` that the models
    do.
    """

    kind: str
    name: str | None
    table: str
    schema: str | None
    made: bool
    declared: bool


def _anything(path: str) -> bool:
    return True


def _nothing(path: str) -> bool:
    return False


def _everything(compared: Compared) -> bool | None:
    return True


class Scope(Struct, frozen=True, kw_only=True):
    """What the tool of a history compares the database with, as the project sets it; None is not known.

    `declarations` are the collections of tables (`Reading.declares`). `tables` are names that are in them,
    and `files` those that declare these tables. `reaches` says of a file whether what it declares is too, and
    `leaves_out` whether that is certainly not there; for others it depends on what runs the tool.
    `types` and `defaults` say whether those of columns are compared, `schemas` whether all schemas are;
    `includes` is what the project says of one thing.
    """

    declarations: tuple[str, ...] | None = None
    tables: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    reaches: Callable[[str], bool] = _anything
    leaves_out: Callable[[str], bool] = _nothing
    types: bool | None = True
    defaults: bool | None = False
    schemas: bool | None = False
    bookkeeping: str | None = None
    includes: Callable[[Compared], bool | None] = _everything
