"""What programs read from the environment: what holds where the environment says nothing.

`os.environ.get`, and the packages that most settings use: django-environ
(https://django-environ.readthedocs.io) and python-decouple (https://pypi.org/project/python-decouple).
"""

from __future__ import annotations

from typing import Any

from schemalint.frontends.python_source.values import Call, Member, Value

_READERS = frozenset({"os.environ.get", "os.getenv"})
_ENVIRONMENTS = frozenset({"environ.Env", "environ.FileAwareEnv", "environ.environ.Env"})
_PLAIN_TYPES = frozenset({"bool", "str", "int", "float", "list", "tuple", "json", "unicode"})
_NOT_GIVEN: Any = object()


def default(call: Call) -> Value:
    """What a call gives that asks the environment; `...` for other calls, and where it says no default."""
    found = call.argument(1, "default", _NOT_GIVEN)
    if call.name in _READERS:
        return ... if found is _NOT_GIVEN else found
    if call.name == "decouple.config":
        return ... if found is _NOT_GIVEN or (isinstance(found, str) and "cast" in call.keywords) else found
    function = call.function
    if isinstance(function, Member) and function.name in _PLAIN_TYPES:
        function = function.owner
    if not isinstance(function, Call) or function.name not in _ENVIRONMENTS:
        return ...
    if found is not _NOT_GIVEN:
        return found
    name = call.argument(0, "var")
    scheme = function.keywords.get(name) if isinstance(name, str) else None
    return scheme[1] if isinstance(scheme, tuple) and len(scheme) == 2 else ...
