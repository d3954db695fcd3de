"""`SELECT current_schema()` and its kin, answered: that of the connection, the default one mostly."""

from __future__ import annotations

import re

from schemalint.catalog import Catalog
from schemalint.frontends.sqlalchemy_constructs.pragmas import ResultObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, default_schema

_QUESTION = re.compile(r"\s*SELECT\s+current_schema\s*(?:\(\s*\))?\s*;?\s*", re.IGNORECASE)


def answered(text: str, catalog: Catalog) -> ResultObject | None:
    """What a question for the current schema gives; None for other SQL."""
    if catalog.dialect not in POSTGRESQL_FAMILY or not _QUESTION.fullmatch(text):
        return None
    schema = catalog.search_path[0] if catalog.search_path else None
    return ResultObject(("current_schema",), [(schema or default_schema(catalog.dialect),)])
