"""What a migration does to the ties between a table and those that inherit from it, or are its partitions."""

from __future__ import annotations

from schemalint.catalog import Name
from schemalint.operations import Operation


class AttachPartition(Operation, frozen=True, kw_only=True):
    """ALTER TABLE … ATTACH PARTITION; `bounds` are those of the partition, as written."""

    table: Name
    partition: Name
    bounds: str | None = None


class DetachPartition(Operation, frozen=True, kw_only=True):
    """ALTER TABLE … DETACH PARTITION; CONCURRENTLY leaves a check that says what `bounds` said."""

    table: Name
    partition: Name
    concurrently: bool = False


class Inherit(Operation, frozen=True, kw_only=True):
    """ALTER TABLE … INHERIT."""

    table: Name
    parent: Name


class Disinherit(Operation, frozen=True, kw_only=True):
    """ALTER TABLE … NO INHERIT."""

    table: Name
    parent: Name
