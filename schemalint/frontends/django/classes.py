"""Which class of Django's a class of the project comes from."""

from __future__ import annotations

from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Reference, Value


def django_name(function: Value, project: Project) -> str:
    """The dotted name of the class of Django's that is called, or whose subclass is; "" for others."""
    if not isinstance(function, Reference):
        return ""
    if isinstance(function.definition, External):
        return function.name if function.name.startswith("django.") else ""
    if isinstance(function.definition, ClassDefinition):
        for ancestor in ancestors(project, function.definition):
            if isinstance(ancestor, External) and ancestor.name.startswith("django."):
                return ancestor.name
    return ""
