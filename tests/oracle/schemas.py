"""Prisma schemas made up at random: what people write, taken to its ends; the engine may refuse one."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_LONG = "a_name_that_is_long_enough_to_be_cut_when_it_meets_another_one"
_NAMES = ("id", "user", "email", "größe", "orderBy", "type", "model", "A", "B", "x1", _LONG)
_MODELS = ("User", "post", "Größe", "ALongNameThatIsCutWhereverItIsUsed", "Z")
_DEFAULTS = {
    "Int": ("1", "-7"),
    "BigInt": ("1", "9007199254740993"),
    "Float": ("1.5", "-2"),
    "Decimal": ("1.10",),
    "String": ('""', '"it\'s"', "uuid()", "cuid()", "dbgenerated(\"(lower('A'))\")", '"back\\\\slash"'),
    "Boolean": ("true", "false"),
    "DateTime": ("now()", '"2020-01-01T00:00:00Z"'),
    "Bytes": ('"AAEC"',),
    "Json": ('"{}"',),
}
_NATIVE = {
    "Int": ("Integer", "SmallInt"),
    "String": ("VarChar(20)", "Text", "Char(5)"),
    "DateTime": ("Timestamptz(6)", "Date"),
    "Decimal": ("Decimal(8, 2)",),
}
_ACTIONS = ("Cascade", "Restrict", "NoAction", "SetNull", "SetDefault")


@dataclass
class _Model:
    name: str
    key: str
    key_type: str
    table: str | None = None
    fields: list[str] = field(default_factory=list)
    scalars: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    relations: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)


class SchemaWriter:
    """Writes a schema for one provider ("postgresql", "cockroachdb" or "sqlite"), by the seed alone."""

    def __init__(self, provider: str, seed: int) -> None:
        self.provider = provider
        self.random = random.Random(f"{provider} {seed}")
        self.models: list[_Model] = []
        self.number = 0

    def schema(self) -> str:
        """One schema."""
        self.models = [self._model() for _ in range(self.random.randint(2, 5))]
        for _ in range(self.random.randint(1, 6)):
            self._relation()
        for model in self.models:
            self._indexes(model)
        mode = '\n  relationMode = "prisma"' if self._chance(0.1) else ""
        header = (
            "generator client {\n"
            '  provider        = "prisma-client"\n'
            '  previewFeatures = ["partialIndexes"]\n'
            "}\n\n"
            f'datasource db {{\n  provider = "{self.provider}"{mode}\n}}\n\n'
            'enum Kind {\n  ONE\n  TWO @map("two")\n}\n'
        )
        return header + "".join(map(self._written, self.models))

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _new(self, stem: str) -> str:
        self.number += 1
        return f"n{self.number}_{stem}" if stem == _LONG else f"{stem}{self.number}"

    def _model(self) -> _Model:
        name = self._new(
            self.random.choice(("User", "post", "Größe", "ALongNameThatIsCutWhereverItIsUsed", "Z"))
        )
        key_type = "BigInt" if self.provider == "cockroachdb" else self.random.choice(("Int", "String"))
        model = _Model(name, self._new("key"), key_type)
        if self._chance(0.3):
            model.table = self._new(self.random.choice(("t", "Tabelle mit Lücken ", _LONG, "über")))
        counted = key_type != "String" and self._chance(0.5)
        model.fields.append(
            f"{model.key} {key_type} @id"
            + (self.random.choice(("", f'(map: "{self._new("pk")}")')) if self.provider != "sqlite" else "")
            + (" @default(autoincrement())" if counted else "")
            + (f' @map("{self._new("mapped ")}")' if self._chance(0.2) else "")
        )
        for _ in range(self.random.randint(1, 6)):
            self._scalar(model)
        return model

    def _scalar(self, model: _Model, type_: str | None = None, arity: str | None = None) -> str:
        name = self._new(self.random.choice(_NAMES))
        type_ = type_ or self.random.choice([*_DEFAULTS, "Kind"])
        arities = ["", "", "?", "[]"] if self.provider != "sqlite" else ["", "?"]
        if arity is None:
            arity = (
                self.random.choice(arities)
                if not (type_ == "Json" and self.provider == "cockroachdb")
                else ""
            )
        words = [name, type_ + arity]
        if self._chance(0.3) and arity != "[]" and not (type_ == "Json" and self.provider == "sqlite"):
            words.append(f"@default({self.random.choice(_DEFAULTS.get(type_, ('ONE', 'TWO')))})")
        if self._chance(0.2) and self.provider == "postgresql" and type_ in _NATIVE:
            words.append(f"@db.{self.random.choice(_NATIVE[type_])}")
        if self._chance(0.2):
            column = self._new(self.random.choice(("c", "spalte ß ", _LONG)))
            words.append(f'@map("{column}")')
            model.columns[name] = column
        if self._chance(0.15) and arity != "[]" and type_ not in ("Json", "Bytes"):
            words.append(self.random.choice(("@unique", "@unique(sort: Desc)")))
        model.fields.append(" ".join(words))
        if arity != "[]":
            model.scalars[name] = type_
        return name

    def _relation(self) -> None:
        one, other = self.random.choice(self.models), self.random.choice(self.models)
        name = self._new("rel")
        kind = self.random.choice(("many", "one", "join"))
        if kind == "join":
            one.relations.append(f'{self._new("js")} {other.name}[] @relation("{name}")')
            other.relations.append(f'{self._new("js")} {one.name}[] @relation("{name}")')
            return
        arity = self.random.choice(("", "?"))
        column = self._scalar(one, other.key_type, arity)
        one.fields[-1] = f"{column} {other.key_type}{arity}" + (" @unique" if kind == "one" else "")
        actions = ""
        for event in ("onDelete", "onUpdate"):
            if self._chance(0.3):
                actions += f", {event}: {self.random.choice(_ACTIONS)}"
        if self._chance(0.2) and self.provider != "sqlite":
            actions += f', map: "{self._new("fk")}"'
        ends = f"fields: [{column}], references: [{other.key}]"
        one.relations.append(f'{self._new("r")} {other.name}{arity} @relation("{name}", {ends}{actions})')
        back = "?" if kind == "one" else "[]"
        other.relations.append(f'{self._new("back")} {one.name}{back} @relation("{name}")')

    def _indexes(self, model: _Model) -> None:
        usable = [name for name, type_ in model.scalars.items() if type_ not in ("Json", "Bytes")]
        short = [name for name in usable if _LONG not in model.columns.get(name, name)]
        for _ in range(self.random.randint(0, 4)):
            if not usable:
                return
            chosen = self.random.sample(usable, min(len(usable), self.random.randint(1, 3)))
            keys = [name + ("(sort: Desc)" if self._chance(0.2) else "") for name in chosen]
            options = f', map: "{self._new("ix")}"' if len(keys) == 1 or self._chance(0.4) else ""
            kind = self.random.choice(("index", "index", "unique"))
            if self.provider == "postgresql" and kind == "index" and len(keys) == 1 and self._chance(0.2):
                keys, options = chosen, options + ", type: Hash"
            elif self.provider != "cockroachdb" and short and self._chance(0.25):
                options += f", where: {self._condition(model, self.random.choice(short))}"
            model.attributes.append(f"@@{kind}([{', '.join(keys)}]{options})")

    def _condition(self, model: _Model, name: str) -> str:
        literal = {"Int": "3", "BigInt": "3", "Float": "1.5", "Boolean": "true", "String": '"it\'s"'}
        type_ = model.scalars[name]
        if type_ in literal and self._chance(0.6):
            value = literal[type_]
            return self.random.choice((f"{{ {name}: {value} }}", f"{{ {name}: {{ not: {value} }} }}"))
        return self.random.choice((f"{{ {name}: null }}", f"{{ {name}: {{ not: null }} }}", 'raw("1 = 1")'))

    def _written(self, model: _Model) -> str:
        lines = [*model.fields, *model.relations]
        self.random.shuffle(lines)
        lines += model.attributes
        if model.table is not None:
            lines.append(f'@@map("{model.table}")')
        return f"\nmodel {model.name} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
