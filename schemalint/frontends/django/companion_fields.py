"""Fields that another field brings along: the currency beside an amount of django-money."""

from __future__ import annotations

from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.known_fields import of

_CURRENCY = "djmoney.models.fields.CurrencyField"


def companion(field: Field) -> Field | None:
    """The field that a model gets with this one, if there is one.

    It may be null where the amount may, and before version 3.0 where no currency is the default: it is
    certain where both say the same. Source: `MoneyField.add_currency_field` in `djmoney/models/fields.py`.
    """
    if not (field.path.startswith("djmoney.") and field.path.endswith(".MoneyField")):
        return None
    kind = of(_CURRENCY)
    assert kind is not None
    name = field.option("currency_field_name") or f"{field.name}_currency"
    has_default = field.options.get("default_currency", "XYZ") is not None
    return Field(
        name=name if isinstance(name, str) else f"{field.name}_currency",
        type=kind,
        path=_CURRENCY,
        options={**kind.defaults, "max_length": field.option("currency_max_length", 3), "null": field.null},
        span=field.span,
        certain=field.certain and isinstance(name, str) and has_default is not field.null,
    )
