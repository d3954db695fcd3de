"""A catalog in plain words, for pages that say what comes of a source."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Catalog, Column, ForeignKey, Index, Key, Table


def catalog_text(catalog: Catalog) -> str:
    """Every type and table, with all that is known of them, in the order in which they were made."""
    lines: list[str] = []
    for (schema, name), labels in catalog.types.items():
        qualified = f"{schema}.{name}" if schema else name
        lines.append(f"type {qualified}" + ("" if labels is None else f" ({', '.join(labels)})"))
    for table in catalog.tables.values():
        lines += _table(table)
    return "".join(f"{line}\n" for line in lines)


def _table(table: Table) -> Iterator[str]:
    words = [table.kind, str(table.name)]
    if table.framework_made:
        words.append("(made by the framework)")
    if not table.complete:
        words.append("(incomplete)")
    yield " ".join(words)
    for column in table.columns:
        yield f"  {_column(column)}"
    for index in table.indexes:
        yield f"  {_index(index)}"
    for key in table.foreign_keys:
        yield f"  {_foreign_key(key)}"


def _column(column: Column) -> str:
    words = [column.name, column.type, "" if column.nullable else "not null"]
    if column.default is not None:
        words.append(f"default {column.default}")
    if column.generated is not None:
        words.append(f"generated {column.generated}")
    if column.identity:
        words.append("identity")
    return " ".join(filter(None, words))


def _index(index: Index) -> str:
    kind = "primary key" if index.origin == "primary key" else "unique index" if index.unique else "index"
    words = [kind, index.name or "", f"({', '.join(map(_key, index.keys))})"]
    if index.method != "btree":
        words.append(f"using {index.method}")
    if index.include:
        words.append(f"include ({', '.join(index.include)})")
    if index.predicate is not None:
        words.append(f"where {index.predicate}")
    if index.origin not in ("explicit", "primary key"):
        words.append(f"[{index.origin}]")
    if index.implied_by is not None:
        words.append(f"[from {index.implied_by}]")
    return " ".join(filter(None, words))


def _key(key: Key) -> str:
    words = [key.column if key.column is not None else f"({key.expression})"]
    if key.length is not None:
        words[0] += f"({key.length})"
    if key.operator_class is not None:
        words.append(key.operator_class)
    if key.order == "desc":
        words.append("desc")
    return " ".join(words)


def _foreign_key(key: ForeignKey) -> str:
    words = [
        "foreign key",
        key.name or "",
        f"({', '.join(key.columns)}) → {key.target} ({', '.join(key.target_columns)})",
        f"on delete {key.on_delete} on update {key.on_update}",
        "" if key.enforced else "[not enforced]",
    ]
    return " ".join(filter(None, words))
