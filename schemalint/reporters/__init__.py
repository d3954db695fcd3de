"""Reports: one module (or package) a format, named like the format.

Each has one function, `render(report: Report, sources: Sources, context: Context) -> str`; a new format is a
new module here and nothing else. Paths in a `Report` are relative to the project's root; where the report is
read decides what they are shown relative to.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from msgspec import Struct

from schemalint.diagnostic import Report
from schemalint.modules import module_names
from schemalint.rule import DocumentedRule
from schemalint.source import Sources


class Context(Struct, frozen=True, kw_only=True):
    """What a reporter needs besides the report.

    `from_working_directory` and `from_repository` stand before a path that is relative to the project's
    root, to make it one that is relative to the working directory (what terminals and editors follow) or
    to the top of the repository (what GitHub goes by): empty, or with a slash at the end. `inside` is the
    working directory relative to the root where it lies in the project, likewise. `rules` are those that
    were run. `width` is that of the terminal.
    """

    rules: Mapping[str, DocumentedRule] = {}
    from_working_directory: str = ""
    inside: str = ""
    from_repository: str = ""
    verbose: bool = False
    colour: bool = False
    width: int = 100

    def shown(self, path: str) -> str:
        """A path as it is shown on a terminal: relative to the working directory."""
        if self.inside and path.startswith(self.inside):
            return path[len(self.inside) :]
        return self.from_working_directory + path


def formats() -> list[str]:
    """The names of all formats."""
    return module_names(__path__)


def render(name: str, report: Report, sources: Sources, context: Context) -> str:
    """The report in the format called `name`, one of `formats()`; ends in a line break."""
    rendered: str = import_module(f"{__name__}.{name}").render(report, sources, context)
    return rendered
