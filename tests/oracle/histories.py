"""Histories made up at random: statements as people write them, valid or not, for a database to judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_LONG = "a_name_that_is_long_enough_to_be_cut_when_it_meets_another_one"


@dataclass
class _Table:
    """What the writer of a history believes about a table; the database may know better."""

    name: str
    columns: list[str]
    constraints: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


class HistoryWriter:
    """Writes statements for one dialect ("postgresql", "sqlite" or "mysql"), by the seed alone."""

    def __init__(self, dialect: str, seed: int) -> None:
        self.dialect = dialect
        self.random = random.Random(seed)
        self.tables: list[_Table] = []
        self.number = 0

    def statements(self, count: int) -> Iterator[str]:
        """So many statements; at first tables, then anything."""
        verbs: list[tuple[int, Callable[[], str | None]]] = [
            (5, self._create_table),
            (6, self._create_index),
            (5, self._add_column),
            (3, self._drop_column),
            (4, self._rename_column),
            (2, self._rename_table),
            (1, self._drop_table),
            (3, self._drop_index),
        ]
        if self.dialect != "sqlite":
            verbs += [
                (6, self._add_constraint),
                (3, self._drop_constraint),
                (3, self._alter_column),
            ]
        if self.dialect == "postgresql":
            verbs += [(2, self._rename_constraint), (2, self._rename_index)]
        weights = [weight for weight, _ in verbs]
        written = 0
        while written < count:
            verb = self._create_table if written < 3 else self.random.choices(verbs, weights)[0][1]
            statement = verb()
            if statement is not None:
                written += 1
                yield statement

    def _new(self, stem: str) -> str:
        self.number += 1
        long = f"{stem}_{self.number}_{_LONG}"[: 50 if self.dialect == "mysql" else 60]
        return self.random.choice([f"{stem}{self.number}", long, f"{stem.title()}{self.number}"])

    def _quoted(self, name: str) -> str:
        if self.dialect == "mysql":
            return f"`{name}`"
        if name != name.lower() or self.random.random() < 0.3:
            return f'"{name}"'
        return name

    def _pick(self) -> _Table | None:
        return self.random.choice(self.tables) if self.tables else None

    def _some(self, columns: list[str], most: int = 3) -> list[str]:
        return self.random.sample(columns, min(len(columns), self.random.randint(1, most)))

    def _list(self, columns: list[str]) -> str:
        return ", ".join(map(self._quoted, columns))

    def _references(self, column_count: int) -> str | None:
        target = self._pick()
        if target is None:
            return None
        actions = self.random.choice(
            ["", "", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE", " ON UPDATE RESTRICT"]
        )
        if column_count == 1 and self.random.random() < 0.3 and self.dialect != "mysql":
            return f"REFERENCES {self._quoted(target.name)}{actions}"
        columns = target.columns[:column_count]
        return f"REFERENCES {self._quoted(target.name)} ({self._list(columns)}){actions}"

    def _create_table(self) -> str:
        name = self._new("t")
        columns = [self._new("c") for _ in range(self.random.randint(2, 5))]
        elements: list[str] = []
        has_key = False
        for position, column in enumerate(columns):
            text = f"{self._quoted(column)} {self._type(position)}"
            chance = self.random.random()
            if position == 0 and chance < 0.6:
                text += " PRIMARY KEY"
                has_key = True
            elif chance < 0.15:
                text += " UNIQUE"
            elif chance < 0.3:
                text += " NOT NULL"
            elif chance < 0.45 and self.dialect != "mysql" and (reference := self._references(1)):
                text += f" {reference}"
            elements.append(text)
        for _ in range(self.random.randint(0, 3)):
            elements.append(self._table_constraint(columns, allow_key=not has_key))
            has_key = has_key or "PRIMARY KEY" in elements[-1]
        self.tables.append(_Table(name, columns))
        return f"CREATE TABLE {self._quoted(name)} ({', '.join(elements)})"

    def _type(self, position: int) -> str:
        if position < 2:
            return "int"
        return self.random.choice(["int", "int", "bigint", "varchar(20)", "int NULL", "int DEFAULT 5"])

    def _table_constraint(self, columns: list[str], *, allow_key: bool) -> str:
        name = f"CONSTRAINT {self._quoted(self._new('k'))} " if self.random.random() < 0.4 else ""
        chosen = self._some(columns)
        kind = self.random.random()
        if kind < 0.25 and allow_key:
            return f"{name}PRIMARY KEY ({self._list(chosen)})"
        if kind < 0.6:
            return f"{name}UNIQUE ({self._list(chosen)})"
        reference = self._references(1)
        if reference is not None:
            return f"{name}FOREIGN KEY ({self._list(chosen[:1])}) {reference}"
        return f"{name}CHECK ({self._quoted(chosen[0])} IS NOT NULL)"

    def _create_index(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        unnamed = self.dialect == "postgresql" and self.random.random() < 0.5
        name = "" if unnamed else self._new("i")
        if name:
            table.indexes.append(name)
        unique = "UNIQUE " if self.random.random() < 0.3 else ""
        keys = []
        for column in self._some(table.columns):
            key = self._quoted(column)
            chance = self.random.random()
            if chance < 0.2:
                key += " DESC"
            elif chance < 0.35 and self.dialect == "postgresql":
                key = self.random.choice(
                    [f"abs({key}::int)", f"({key} IS NULL)", f"coalesce({key}, {key})", f"(({key})::text)"]
                )
            keys.append(key)
        where = ""
        if self.dialect != "mysql" and self.random.random() < 0.2:
            where = f" WHERE {self._quoted(self.random.choice(table.columns))} IS NOT NULL"
        include = ""
        if self.dialect == "postgresql" and self.random.random() < 0.2:
            include = f" INCLUDE ({self._list(self._some(table.columns, 2))})"
        written = f"{self._quoted(name)} " if name else ""
        place = f"{self._quoted(table.name)} ({', '.join(keys)})"
        return f"CREATE {unique}INDEX {written}ON {place}{include}{where}"

    def _add_column(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        name = self._new("c")
        table.columns.append(name)
        more = ""
        chance = self.random.random()
        if self.dialect == "sqlite":
            more = " NOT NULL DEFAULT 1" if chance < 0.3 else ""
        elif chance < 0.2:
            more = " UNIQUE"
        elif chance < 0.3:
            more = " NOT NULL DEFAULT 1"
        if 0.4 < chance < 0.6 and self.dialect != "mysql" and (reference := self._references(1)):
            more = f" {reference}"
        keyword = self.random.choice(["ADD COLUMN", "ADD"])
        return f"ALTER TABLE {self._quoted(table.name)} {keyword} {self._quoted(name)} int{more}"

    def _drop_column(self) -> str | None:
        table = self._pick()
        if table is None or len(table.columns) < 2:
            return None
        column = self.random.choice(table.columns)
        cascade = " CASCADE" if self.dialect == "postgresql" and self.random.random() < 0.5 else ""
        return f"ALTER TABLE {self._quoted(table.name)} DROP COLUMN {self._quoted(column)}{cascade}"

    def _rename_column(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        position = self.random.randrange(len(table.columns))
        old, new = table.columns[position], self._new("c")
        table.columns[position] = new
        keyword = (
            "RENAME COLUMN" if self.dialect == "mysql" else self.random.choice(["RENAME COLUMN", "RENAME"])
        )
        return f"ALTER TABLE {self._quoted(table.name)} {keyword} {self._quoted(old)} TO {self._quoted(new)}"

    def _rename_table(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        old, table.name = table.name, self._new("t")
        return f"ALTER TABLE {self._quoted(old)} RENAME TO {self._quoted(table.name)}"

    def _drop_table(self) -> str | None:
        if len(self.tables) < 4:
            return None
        table = self.tables.pop(self.random.randrange(len(self.tables)))
        cascade = " CASCADE" if self.dialect == "postgresql" else ""
        return f"DROP TABLE {self._quoted(table.name)}{cascade}"

    def _drop_index(self) -> str | None:
        table = self._pick()
        if table is None or not table.indexes:
            return None
        name = table.indexes.pop()
        on = f" ON {self._quoted(table.name)}" if self.dialect == "mysql" else ""
        return f"DROP INDEX {self._quoted(name)}{on}"

    def _add_constraint(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        text = self._table_constraint(table.columns, allow_key=self.random.random() < 0.3)
        if text.startswith("CONSTRAINT"):
            table.constraints.append(text.split()[1].strip('"`'))
        return f"ALTER TABLE {self._quoted(table.name)} ADD {text}"

    def _drop_constraint(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        names = (
            table.constraints
            if self.dialect == "mysql"
            else [*table.constraints, f"{table.name}_pkey", f"{table.name}_{table.columns[0]}_fkey"]
        )
        if not names:
            return None
        cascade = " CASCADE" if self.dialect == "postgresql" else ""
        name = self._quoted(self.random.choice(names))
        return f"ALTER TABLE {self._quoted(table.name)} DROP CONSTRAINT {name}{cascade}"

    def _rename_constraint(self) -> str | None:
        table = self._pick()
        if table is None or not table.constraints:
            return None
        position = self.random.randrange(len(table.constraints))
        old, new = table.constraints[position], self._new("k")
        table.constraints[position] = new
        change = f"RENAME CONSTRAINT {self._quoted(old)} TO {self._quoted(new)}"
        return f"ALTER TABLE {self._quoted(table.name)} {change}"

    def _rename_index(self) -> str | None:
        table = self._pick()
        if table is None or not table.indexes:
            return None
        old, new = table.indexes.pop(), self._new("i")
        table.indexes.append(new)
        return f"ALTER INDEX {self._quoted(old)} RENAME TO {self._quoted(new)}"

    def _alter_column(self) -> str | None:
        table = self._pick()
        if table is None:
            return None
        column = self._quoted(self.random.choice(table.columns))
        if self.dialect == "mysql":
            definition = self.random.choice(["bigint", "int NOT NULL", "int DEFAULT 3"])
            return f"ALTER TABLE {self._quoted(table.name)} MODIFY {column} {definition}"
        change = self.random.choice(["SET NOT NULL", "DROP NOT NULL", "TYPE bigint USING 1", "SET DEFAULT 4"])
        return f"ALTER TABLE {self._quoted(table.name)} ALTER COLUMN {column} {change}"
