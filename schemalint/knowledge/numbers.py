"""Numbers in what was written by anybody: text that only looks like one, or is too long for one, is none."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_MOST_DIGITS = 18
"""As many as a column of 64 bits always holds; no length or precision of a type has more."""


def whole_number(text: str) -> int | None:
    """The number that a text of ASCII digits is; None for any other text, and for too many digits.

    `int` fails on digits such as `²`, and on more than 4,300 of them
    (https://docs.python.org/3/library/stdtypes.html#int-max-str-digits).
    """
    return int(text) if len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit() else None


def finite_number(text: str) -> Decimal | None:
    """The number that a text is, in decimals or with an exponent; None for any other text.

    `sNaN` is one to `Decimal`, and fails where it is compared
    (https://docs.python.org/3/library/decimal.html#special-values).
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
