"""The files of a project that an import runs."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.frontends.python_source.project import Project


def files_imported(project: Project, name: str, near: str) -> Iterator[str]:
    """The module of an absolute name and the packages that it lies in, as far as the project has them."""
    words = name.split(".")
    for count in range(1, len(words) + 1):
        located = project.locate(".".join(words[:count]), near)
        if located is None:
            return
        if located.path is not None:
            yield located.path
