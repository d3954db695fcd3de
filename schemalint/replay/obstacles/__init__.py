"""What a database will not do because of what rests on a thing, or because what it needs is not there.

Triggers and functions are in no catalog here, so what hangs on them is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from schemalint import operations as op
from schemalint.catalog import Catalog, TableKey
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.replay import views
from schemalint.replay.obstacles import innodb, needed, postgresql, sqlite
from schemalint.replay.obstacles.column_types import obstacle_of_type


def obstacle(
    catalog: Catalog,
    operation: op.Operation,
    together: Collection[TableKey] = (),
    outside: Collection[TableKey] = (),
    statement: Sequence[op.Operation] = (),
    begun: Catalog | None = None,
) -> str | None:
    """Why the database would refuse an operation, None if nothing is in its way that the catalog knows of.

    `together` are the tables that the same statement drops, `outside` those that are in the database, though
    not in the catalog, `statement` is all that the statement does. What the catalog had when all `begun`, and
    has no more, is gone for certain.
    """
    if isinstance(operation, op.AddIndex | op.AddForeignKey | op.AddColumn | op.CreateTable):
        return needed.obstacle(catalog, operation, outside, statement, begun)
    if catalog.dialect in POSTGRESQL_FAMILY:
        return postgresql.obstacle(catalog, operation, together)
    if catalog.dialect in MYSQL_FAMILY:
        if isinstance(operation, op.AlterColumn) and isinstance(operation.type, str):
            reason = obstacle_of_type(catalog, operation.type)
            if reason is not None:
                return reason
        return innodb.obstacle(catalog, operation, together, statement)
    if catalog.dialect == "sqlite" and isinstance(operation, op.DropColumn):
        return sqlite.obstacle(catalog, operation)
    if catalog.dialect == "sqlite" and isinstance(operation, op.RenameTable | op.RenameColumn):
        return views.obstacle_of_renaming(catalog)
    return None
