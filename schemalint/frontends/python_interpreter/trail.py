"""What an undecided branch has changed, so that it can be undone and compared with its alternative."""

from __future__ import annotations

from typing import Any

from schemalint.frontends.python_interpreter.values import Missing

MISSING_KEY = Missing()

Place = tuple[Any, Any]
"""A container and, for a dictionary, the key; other containers are remembered whole."""


class Trail:
    """The places that have been changed, with what they held before."""

    def __init__(self) -> None:
        self._before: dict[tuple[int, Any], tuple[Any, Any, Any]] = {}

    def record(self, container: Any, key: Any) -> None:
        """Remember a place before it is changed."""
        place = (id(container), key if isinstance(container, dict) else None)
        if place in self._before:
            return
        if isinstance(container, dict):
            self._before[place] = (container, key, container.get(key, MISSING_KEY))
        else:
            self._before[place] = (container, None, container.copy())

    def undo(self) -> dict[tuple[int, Any], tuple[Any, Any, Any]]:
        """Put everything back; what the places held at the end, by place."""
        after = {}
        for place, (container, key, old) in self._before.items():
            if isinstance(container, dict):
                after[place] = (container, key, container.get(key, MISSING_KEY))
                put(container, key, old)
            else:
                after[place] = (container, None, container.copy())
                put(container, None, old)
        return after


def put(container: Any, key: Any, value: Any) -> None:
    """Make a place hold a value again."""
    if isinstance(container, dict):
        if value is MISSING_KEY:
            container.pop(key, None)
        else:
            container[key] = value
    elif isinstance(container, list):
        container[:] = value
    else:
        container.clear()
        container.update(value)
