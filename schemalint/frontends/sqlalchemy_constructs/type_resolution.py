"""Which type a column has in a dialect: variants, `load_dialect_impl` and decorators are looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import MISSING, Arguments
from schemalint.frontends.sqlalchemy_constructs.compiled_types import COMPILED, compiled
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import OPTION_PREFIXES
from schemalint.frontends.sqlalchemy_constructs.types import TypeObject, as_type
from schemalint.knowledge.dialects import Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_DEPTH = 20


def resolve(interpreter: Interpreter, value: TypeObject, dialect: Dialect, depth: int = 0) -> TypeObject:
    """The type that a column has in a dialect: variants and decorators looked through."""
    if depth > _MAXIMUM_DEPTH:
        return value
    for name in OPTION_PREFIXES[dialect]:
        if name in value.variants:
            variant = value.variants[name]
            return resolve(interpreter, variant, dialect, depth + 1) if variant is not value else value
    if (named := compiled(interpreter, value, dialect)) is not None:
        return named
    if value.cls is None:
        if value.name in ("TypeDecorator", "Variant"):
            impl = as_type(interpreter, value.get(0, "impl"))
            return resolve(interpreter, impl, dialect, depth + 1) if impl is not None else value
        return value
    loaded = _loaded(interpreter, value, dialect)
    if loaded is not None and loaded is not value:
        return resolve(interpreter, loaded, dialect, depth + 1)
    if (spelled := _spelled(interpreter, value)) is not None:
        return spelled
    decorated = _decorated(interpreter, value)
    return resolve(interpreter, decorated, dialect, depth + 1) if decorated is not None else value


def _loaded(interpreter: Interpreter, value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """What the program's own `load_dialect_impl` says."""
    assert value.cls is not None
    method, _ = value.cls.find("load_dialect_impl")
    if method is MISSING or value.site is None:
        return None
    arguments = Arguments(positional=[value, DialectObject(dialect)], site=value.site)
    try:
        found = interpreter.called(method, arguments)
    except Signal:
        return None
    return as_type(interpreter, found)


def _spelled(interpreter: Interpreter, value: TypeObject) -> TypeObject | None:
    """What `get_col_spec` of the program's own `UserDefinedType` says, word for word."""
    assert value.cls is not None
    method, _ = value.cls.find("get_col_spec")
    if method is MISSING or value.site is None:
        return None
    try:
        found = interpreter.called(method, Arguments(positional=[value], site=value.site))
    except Signal:
        return None
    return TypeObject(found, [], {}, package=COMPILED, site=value.site) if isinstance(found, str) else None


def _decorated(interpreter: Interpreter, value: TypeObject) -> TypeObject | None:
    """The `impl` of a type decorator, with the arguments that the decorator was given."""
    assert value.cls is not None
    impl = value.state.get("impl", MISSING)
    if impl is MISSING:
        impl, holder = value.cls.find("impl")
        if impl is not MISSING:
            impl = interpreter.settled(impl, holder.variables, "impl")
    kind = as_type(interpreter, impl) if impl is not MISSING else None
    if kind is not None:
        if not kind.arguments and not kind.keywords and not isinstance(impl, TypeObject):
            return TypeObject(
                kind.name,
                value.arguments,
                value.keywords,
                package=kind.package,
                site=value.site,
                cls=kind.cls,
            )
        return kind
    if value.name not in ("TypeDecorator", "UserDefinedType", "TypeEngine"):
        return TypeObject(value.name, value.arguments, value.keywords, package=value.package, site=value.site)
    return None
