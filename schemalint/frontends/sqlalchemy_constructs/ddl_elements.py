"""`CreateTable(table)` and its kin: DDL as objects, to be executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, Site, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs import creating, naming, rendering
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    CheckItem,
    ConstraintItem,
    ForeignKeyConstraintItem,
    IndexItem,
    PrimaryKeyItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.issuing import apply_index
from schemalint.frontends.sqlalchemy_constructs.statements import Conditional
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.operations import (
    AddCheck,
    AddForeignKey,
    AddIndex,
    ConstraintKind,
    CreateSchema,
    DropConstraint,
    DropSchema,
    DropTable,
    Opaque,
    Operation,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

KINDS: dict[str, ConstraintKind] = {
    "pk": "primary key",
    "uq": "unique constraint",
    "fk": "foreign key",
    "ck": "check",
}


def constraint_operation(
    interpreter: Interpreter, item: ConstraintItem, table: TableObject, arguments: Arguments
) -> Operation:
    """ALTER TABLE … ADD CONSTRAINT."""
    dialect = effects_of(interpreter).dialect
    name = rendering.written_schema(rendering.table_name(table), dialect)
    span = arguments.site.span
    if isinstance(item, ForeignKeyConstraintItem):
        key = rendering.rendered_foreign_key(interpreter, item, table)
        if key is not None:
            return AddForeignKey(table=name, foreign_key=key, span=span)
    elif isinstance(item, CheckItem):
        return AddCheck(table=name, check=rendering.rendered_check(item, dialect), span=span)
    else:
        index = (
            rendering.primary_key_of(item, dialect)
            if isinstance(item, PrimaryKeyItem)
            else rendering.rendered_constraint(interpreter, item, table)
        )
        if index is not None:
            return AddIndex(table=name, index=index, span=span)
    return Opaque(reason="the columns of a constraint", tables=(name,), span=span)


class DdlElement(Conditional):
    """A statement of DDL about one thing."""

    __slots__ = ("element", "keywords", "kind")

    def __init__(self, kind: str, element: Value, keywords: dict[str, Value]) -> None:
        super().__init__()
        self.kind = kind
        self.element = element
        self.keywords = keywords

    def issue(self, interpreter: Interpreter, arguments: Arguments) -> None:
        """Execute it."""
        effects = effects_of(interpreter)
        element, dialect, span = self.element, effects.dialect, arguments.site.span
        checks = self.keywords.get("if_not_exists") is True or self.keywords.get("if_exists") is True
        if isinstance(element, TableObject):
            name = rendering.written_schema(rendering.table_name(element), dialect)
            if self.kind == "DropTable":
                effects.emit(DropTable(table=name, if_exists=checks, span=span))
                return
            for operation in creating.create_table(
                interpreter, element, if_not_exists=checks, site=arguments.site
            ):
                if not isinstance(operation, AddIndex):
                    effects.emit(operation)
        elif isinstance(element, IndexItem):
            given = Arguments(positional=[None, checks], site=arguments.site)
            apply_index(interpreter, element, "create" if self.kind == "CreateIndex" else "drop", given)
        elif isinstance(element, ConstraintItem) and element.parent is not None:
            if self.kind == "AddConstraint":
                effects.emit(constraint_operation(interpreter, element, element.parent, arguments))
            else:
                name = rendering.written_schema(rendering.table_name(element.parent), dialect)
                constraint = naming.final_name(element.name, dialect)
                effects.emit(
                    DropConstraint(
                        table=name, name=constraint, kind=KINDS.get(element.kind, "any"), span=span
                    )
                )
        elif isinstance(element, str) and self.kind == "CreateSchema":
            if_not_exists = self.keywords.get("if_not_exists") is True
            effects.emit(CreateSchema(name=element, if_not_exists=if_not_exists, span=span))
        elif isinstance(element, str) and self.kind == "DropSchema":
            effects.emit(DropSchema(name=element, cascade=self.keywords.get("cascade") is True, span=span))
        elif self.kind not in ("CreateSequence", "DropSequence", "SetTableComment", "SetColumnComment"):
            effects.emit(Opaque(reason=f"what {self.kind} is given", span=span))

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`compile` decides nothing."""
        if name in ("execute_if", "against"):
            return super().attribute(interpreter, name)
        return Unknown(f"the attribute {name} of DDL")

    def for_target(self, interpreter: Interpreter, target: Value, site: Site) -> None:
        """Run because an event happened to a target."""
        if self.is_for(effects_of(interpreter).dialect):
            self.issue(interpreter, Arguments(positional=[], site=site))


def _element(kind: str) -> Native:
    return Native(
        f"sqlalchemy.{kind}",
        lambda interpreter, arguments: DdlElement(kind, arguments.get(0, "element"), arguments.keywords),
    )


DDL_ELEMENTS: dict[str, Value] = {
    f"sqlalchemy.{kind}": _element(kind)
    for kind in (
        "CreateTable",
        "DropTable",
        "CreateIndex",
        "DropIndex",
        "AddConstraint",
        "DropConstraint",
        "CreateSchema",
        "DropSchema",
        "CreateSequence",
        "DropSequence",
        "SetTableComment",
        "SetColumnComment",
    )
}
