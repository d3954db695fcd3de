"""What a model asks of its database: without it, migrations make no table (`Meta.required_db_features`).

Source: `Options.can_migrate` in `django/db/models/options.py`; `features.py` of each backend, asked in
Django 4.2 to 6.1.
"""

from __future__ import annotations

from schemalint.frontends.python_source.values import Value
from schemalint.knowledge.dialects import Dialect

_HAVING: dict[str, frozenset[Dialect]] = {
    "can_defer_constraint_checks": frozenset({"postgresql", "sqlite"}),
    "can_distinct_on_fields": frozenset({"postgresql"}),
    "can_rename_index": frozenset({"postgresql", "mariadb"}),
    "can_rollback_ddl": frozenset({"postgresql", "sqlite"}),
    "has_native_json_field": frozenset({"postgresql"}),
    "has_select_for_update": frozenset({"postgresql", "mariadb"}),
    "has_select_for_update_skip_locked": frozenset({"postgresql", "mariadb"}),
    "supports_comments": frozenset({"postgresql", "mariadb"}),
    "supports_covering_indexes": frozenset({"postgresql"}),
    "supports_deferrable_unique_constraints": frozenset({"postgresql"}),
    "supports_expression_indexes": frozenset({"postgresql", "sqlite"}),
    "supports_index_on_text_field": frozenset({"postgresql", "sqlite"}),
    "supports_json_field": frozenset({"postgresql", "sqlite", "mariadb"}),
    "supports_json_field_contains": frozenset({"postgresql", "mariadb"}),
    "supports_partial_indexes": frozenset({"postgresql", "sqlite"}),
    "supports_tablespaces": frozenset({"postgresql"}),
}
_ASKED: frozenset[Dialect] = frozenset({"postgresql", "sqlite", "mariadb"})


def are_there(features: Value, dialect: Dialect) -> bool | None:
    """Whether a database has all of some features; None where that is not known."""
    if not isinstance(features, list | tuple | frozenset):
        return None
    answers = [_is_there(feature, dialect) for feature in features]
    if False in answers:
        return False
    return None if None in answers else True


def _is_there(feature: Value, dialect: Dialect) -> bool | None:
    if not isinstance(feature, str) or feature not in _HAVING or dialect not in _ASKED:
        return None
    return dialect in _HAVING[feature]
