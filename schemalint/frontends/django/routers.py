"""Apps that no database of a project gets, as its routers say: their migrations run, and make nothing.

Source: `ConnectionRouter.allow_migrate` in `django/db/utils.py`: the first router that knows decides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from schemalint.frontends.django.settings import DjangoSettings
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import BoundFunction, Call, Reference, Scope, Unknown, Value

_QUESTION = ast.parse("allow_migrate(alias, label, model_name=model_name, model=model)", mode="eval").body
_SHORT_QUESTION = ast.parse("allow_migrate(alias, label, model_name=model_name)", mode="eval").body
_MODEL: dict[str, Value] = {"model_name": Unknown("any model"), "model": Unknown("any model")}


def without_database(
    labels: Iterable[str], settings: DjangoSettings, project: Project, evaluator: Evaluator
) -> frozenset[str]:
    """Those of the apps that the routers surely keep out of every database, whatever the model."""
    named = settings.value("DATABASE_ROUTERS")
    databases = settings.value("DATABASES")
    if not isinstance(named, list | tuple) or not named or not isinstance(databases, dict):
        return frozenset()
    routers = [_router(one, settings, project) for one in named]
    answers = {
        label: [_answer(routers, alias, label, project, evaluator) for alias in databases] for label in labels
    }
    return frozenset(
        label for label, found in answers.items() if found and all(one is False for one in found)
    )


def _router(named: Value, settings: DjangoSettings, project: Project) -> ClassDefinition | None:
    """The class of a router; None where it is not the project's own."""
    if isinstance(named, str):
        near = settings.paths[0] if settings.paths else ""
        definition = project.look_up(named, near)
    else:
        definition = named.definition if isinstance(named, Reference) else None
    return definition if isinstance(definition, ClassDefinition) else None


def _answer(
    routers: Iterable[ClassDefinition | None], alias: str, label: str, project: Project, evaluator: Evaluator
) -> bool | None:
    """Whether an app may be migrated on a database; None where that is not certain."""
    for router in routers:
        if router is None:
            return None
        method = project.member(router, "allow_migrate")
        if method is None:
            continue
        if not isinstance(method, FunctionDefinition):
            return None
        asked = _asked(method, router, alias, label, evaluator)
        if asked is not None:
            return asked if isinstance(asked, bool) else None
    return True


def _asked(
    method: FunctionDefinition, router: ClassDefinition, alias: str, label: str, evaluator: Evaluator
) -> Value:
    """What the method of a router returns."""
    question = _QUESTION if method.node.args.kwarg is not None else _SHORT_QUESTION
    assert isinstance(question, ast.Call)
    module: Module = router.module
    itself = Call(function=Reference(router), node=question, module=module)
    names = {**_MODEL, "allow_migrate": BoundFunction(itself, method), "alias": alias, "label": label}
    return evaluator.evaluate(question, Scope(module=module, names=names))
