"""Which of Django's classes a key that nobody wrote has: what `DEFAULT_AUTO_FIELD` and `AppConfig` name.

They may name a class of the project, or of another package, that derives from one of Django's.
"""

from __future__ import annotations

from schemalint.frontends.django import known_fields
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.project import Project

_KEYS = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})


def key_class(name: str, project: Project, near: str) -> str | None:
    """The name of Django's class that a dotted name means or derives from; None where that can't be told.

    `near` is the file that has the name.
    """
    definition = project.look_up(name, near)
    named = ancestors(project, definition) if isinstance(definition, ClassDefinition) else [definition]
    for one in named:
        if isinstance(one, External):
            known = known_fields.of(one.name)
            last = known.internal if known is not None else one.name.rpartition(".")[2]
            if last in _KEYS:
                return last
    return None
