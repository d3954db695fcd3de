"""What `makemigrations` compares: models with what migrations say of models, and not with the database.

What SQL within a migration made or left out is none of its business, nor are defaults.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, Table
from schemalint.comparison import Difference
from schemalint.drift.tool import Tool

_WITHOUT_SEQUENCE = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}

_KEY_TYPES = frozenset({"integer", "bigint"})
"""Between these DEFAULT_AUTO_FIELD decides, which may stand in settings that are not in the project."""


def _column(column: Column, catalog: Catalog) -> Column:
    return replace(column, default=None, type=_WITHOUT_SEQUENCE.get(column.type, column.type), identity=False)


def _minds(difference: Difference) -> bool:
    one, other = difference.left, difference.right
    if difference.subject == "type" or not (isinstance(one, Column | Table) or isinstance(other, Column)):
        return False
    if isinstance(one, Column) and isinstance(other, Column):
        sized = ("(" in one.type) != ("(" in other.type)
        return not (difference.aspect == "type" and (sized or {one.type, other.type} == _KEY_TYPES))
    return True


DJANGO = Tool(command="`manage.py makemigrations` makes the migration", column=_column, minds=_minds)
