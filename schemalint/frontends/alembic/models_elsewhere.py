"""Whether an environment imports models of another package: what they declare is in no file at hand."""

from __future__ import annotations

import re

from schemalint.frontends.python_interpreter.imports import imported_names
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.outside_bases import PLAIN_PACKAGES

_OF_MODELS = re.compile(r"(?:\w+_)?(?:models?|entities|tables|orm)")


def imports_models_from_elsewhere(project: Project, env: Module) -> bool:
    """Whether an `env.py` imports from a module of models that is not among the files.

    Its tables may be in the MetaData that is compared, and it may import models of the project itself.
    """
    for name in imported_names(env.tree.body, project.folders.module_name(env.path), env.path):
        package, *words = name.split(".")
        is_elsewhere = package not in PLAIN_PACKAGES and project.locate(package, env.path) is None
        if is_elsewhere and any(map(_OF_MODELS.fullmatch, words)):
            return True
    return False
