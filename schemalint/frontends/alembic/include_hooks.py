"""`include_object` and `include_name` of an `env.py`, asked on paper what autogenerate is to see."""

from __future__ import annotations

from collections.abc import Mapping

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Site, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ConstraintItem
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.naming import final_name
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.scope import Compared


class Hooks:
    """Whether something is compared, as the functions given to `context.configure` say.

    `tables` are those of the models by their keys.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        options: dict[str, Value],
        site: Site,
        tables: Mapping[str, TableObject],
    ) -> None:
        self._interpreter = interpreter
        self._options = options
        self._site = site
        self._tables = tables
        self._known: dict[Compared, bool | None] = {}
        self._takes_too_long = False

    def __call__(self, compared: Compared) -> bool | None:
        """Whether something is compared; None where that can't be told."""
        if compared not in self._known:
            self._known[compared] = self._asked(compared)
        return self._known[compared]

    def _asked(self, compared: Compared) -> bool | None:
        answers: list[Value] = []
        if compared.made and self._options.get("include_name") is not None:
            qualified = f"{compared.schema}.{compared.table}" if compared.schema else compared.table
            parents: dict[Value, Value] = {"schema_name": compared.schema}
            if compared.kind == "table":
                parents["schema_qualified_table_name"] = qualified
            else:
                parents |= {"table_name": compared.table, "schema_qualified_table_name": qualified}
            answers.append(self._call("include_name", [compared.name, compared.kind, parents]))
        if self._options.get("include_object") is not None:
            element = self._declared(compared) if compared.declared else _reflected(compared)
            other = _reflected(compared) if compared.made and compared.declared else None
            answers.append(
                self._call(
                    "include_object",
                    [element, compared.name, compared.kind, not compared.declared, other],
                )
            )
        if any(answer is False for answer in answers):
            return False
        return True if all(answer is True for answer in answers) else None

    def _declared(self, compared: Compared) -> Value:
        """What the models have for it, as far as it is found there by its name."""
        key = f"{compared.schema}.{compared.table}" if compared.schema else compared.table
        table = self._tables.get(key)
        if table is None:
            return _Element(compared, Unknown("what the models say of it"))
        if compared.kind == "table":
            return table
        dialect = effects_of(self._interpreter).dialect
        items: list[ColumnItem | ConstraintItem] = [*table.columns, *table.indexes, *table.constraints]
        for item in items:
            if compared.name is not None and final_name(item.name, dialect) == compared.name:
                return item
        return _Element(compared, Unknown("what the models say of it"), table)

    def _call(self, hook: str, positional: list[Value]) -> Value:
        arguments = Arguments(positional=positional, site=self._site)
        if self._takes_too_long:
            return None
        try:
            answer = self._interpreter.within_bounds(
                lambda: self._interpreter.called(self._options[hook], arguments)
            )
            truth = self._interpreter.truth(answer)
        except Exhausted:
            self._takes_too_long = True
            return None
        except Signal:
            return None
        return truth if isinstance(truth, bool) else None


def _reflected(compared: Compared) -> Value:
    """What SQLAlchemy makes of what the database has: nothing but its name and its place is known here."""
    if compared.kind == "table":
        return _Element(compared, {})
    return _Element(compared, {}, _Element(compared, {}))


class _Element(PythonObject):
    """A table, or something of one, as a hook is given it."""

    __slots__ = ("compared", "info", "table")

    def __init__(self, compared: Compared, info: Value, table: Value = None) -> None:
        self.compared = compared
        self.info = info
        self.table = table

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`name`, `schema`, `table`, and what the program has written on it."""
        if name in ("name", "key"):
            return self.compared.table if self.table is None else self.compared.name
        if name == "schema" and self.table is None:
            return self.compared.schema
        if name == "table" and self.table is not None:
            return self.table
        return self.info if name == "info" else Unknown(f"{name} of what is compared")
