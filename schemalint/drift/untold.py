"""Differences between two catalogs that are none between models and migrations."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Check, Column, ForeignKey
from schemalint.comparison import Difference
from schemalint.knowledge.dialects import Dialect


def only_numbered(difference: Difference, dialect: Dialect) -> bool:
    """Whether a difference is SQLite's AUTOINCREMENT alone, which says nothing of what a column holds."""
    one, other = difference.left, difference.right
    if dialect != "sqlite" or difference.aspect != "generation":
        return False
    return isinstance(one, Column) and isinstance(other, Column) and one.generated == other.generated


def only_validated(difference: Difference) -> bool:
    """Whether a difference is only that one side is NOT VALID, which makes it no other constraint."""
    one, other = difference.left, difference.right
    if not isinstance(one, ForeignKey | Check) or not isinstance(other, ForeignKey | Check):
        return False
    return one.validated != other.validated and replace(one, validated=True, span=None) == replace(
        other, validated=True, span=None
    )
