"""The modules of a package, by looking into its folder: rules, front ends, formats and layouts are found so."""

from __future__ import annotations

import os
from collections.abc import Iterable


def module_names(paths: Iterable[str], *, packages_only: bool = False) -> list[str]:
    """The names of the modules and packages in the folders of a package (`__path__`), in order.

    What pkgutil does too, but only after importing inspect, which takes as long as reading fifty migrations.
    """
    found = []
    for path in paths:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir():
                    if os.path.exists(os.path.join(entry.path, "__init__.py")):
                        found.append(entry.name)
                elif not packages_only and entry.name.endswith(".py") and entry.name != "__init__.py":
                    found.append(entry.name.removesuffix(".py"))
    return sorted(found)
