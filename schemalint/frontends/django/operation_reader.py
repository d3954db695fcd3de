"""What the arguments of migration operations mean, in the app whose migrations they are."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.changes import NotUnderstood
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.python_source.values import Call, Value
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Span


class Reader(Struct, frozen=True, kw_only=True, eq=False):
    """Reads the arguments of operations in one app's migrations. NotUnderstood where one is computed."""

    context: Context
    app: str
    dialect: Dialect

    def text(self, call: Call, position: int, keyword: str) -> str:
        """An argument that is a string."""
        value = call.argument(position, keyword)
        if not isinstance(value, str):
            raise NotUnderstood(f"{call.name.rpartition('.')[2]} with a {keyword} that is computed")
        return value

    def key(self, call: Call, position: int = 0, keyword: str = "model_name") -> ModelKey:
        """The model that an operation is about."""
        return (self.app, self.text(call, position, keyword).lower())

    def field(self, value: Value, name: str, model: str, span: Span) -> Field:
        """The field of an operation: a call that is not understood makes one, too."""
        if not isinstance(value, Call):
            raise NotUnderstood(f"the field {name} of a class that is computed")
        resolve = self.context.resolver(self.app, model)
        found = self.context.fields.read(value, resolve, span) or self.context.fields.guess(
            value, resolve, span
        )
        return replace(found, name=name)
