"""Fields that are made of other fields: `field.clone()`, and those that a model is asked for.

Source: `Field.clone` and `Field.set_attributes_from_name` in `django/db/models/fields/__init__.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.values import Call, Member, Reference, Value


def copied(call: Call, evaluator: Evaluator) -> Call | None:
    """The call that makes the field of which another call makes a copy; None where it makes none.

    A field that a model has keeps its name; a clone gets the name of its attribute. What a call is given by
    keyword are arguments that were set behind it.
    """
    if not isinstance(call.function, Member) or not call.complete:
        return None
    owner = call.function.owner
    if call.function.name == "clone" and not call.arguments and isinstance(owner, Call):
        original = copied(owner, evaluator)
        if original is None:
            original = owner
        keywords = {name: value for name, value in original.keywords.items() if name != "name"}
        return replace(original, keywords={**keywords, **call.keywords})
    if call.function.name == "get_field" and len(call.arguments) == 1:
        original = _of_model(owner, call.arguments[0], evaluator)
        if original is not None:
            return replace(original, keywords={**original.keywords, **call.keywords})
    return None


def _of_model(options: Value, name: Value, evaluator: Evaluator) -> Call | None:
    """The field of a model's class, from `Model._meta` and its name; not one that refers to its own model."""
    if not isinstance(options, Member) or options.name != "_meta" or not isinstance(options.owner, Reference):
        return None
    model = options.owner.definition
    if not isinstance(model, ClassDefinition) or not isinstance(name, str):
        return None
    found = evaluator.project.member(model, name)
    value = evaluator.of(found) if isinstance(found, Assigned) else None
    if not isinstance(value, Call) or "self" in (value.keywords.get("to"), *value.arguments[:1]):
        return None
    return replace(value, keywords={**value.keywords, "name": name})
