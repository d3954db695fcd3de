"""Where a project begins, and how the bytes of its files are read: nothing but regular files within it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from schemalint.source import UnreadableFile

LARGEST_FILE = 10_000_000
"""Bytes; what is larger was not written by hand."""


def project_root(paths: Iterable[Path], otherwise: Path | None = None) -> Path:
    """The folder that a run on `paths` is about.

    That is the nearest folder at or above all of them that holds `schemalint.toml`, a `pyproject.toml` with a
    table `[tool.schemalint]`, or `.git`; without one, `otherwise` if it is over all of them, and else the
    folder that they have in common. The home directory is not a project just because something in it is.
    """
    folders = []
    for path in paths:
        real = os.path.realpath(path)
        folders.append(real if os.path.isdir(real) else os.path.dirname(real))
    start = Path(os.path.commonpath(folders)) if folders else Path(os.path.realpath(Path.cwd()))
    home = os.path.realpath(Path.home())
    for folder in (start, *start.parents):
        if os.fspath(folder) == home and folder != start:
            break
        if is_configured(folder) or (folder / ".git").exists():
            return folder
    if otherwise is not None:
        top = Path(os.path.realpath(otherwise))
        if top in (start, *start.parents):
            return top
    return start


def is_configured(folder: Path) -> bool:
    """Whether a folder holds a configuration of ours."""
    if (folder / "schemalint.toml").is_file():
        return True
    try:
        data = read_bytes(folder / "pyproject.toml")
    except (OSError, UnreadableFile):
        return False
    return b"schemalint" in data and _has_table(data)


def _has_table(data: bytes) -> bool:
    import tomllib

    try:
        return "schemalint" in tomllib.loads(data.decode()).get("tool", {})
    except (ValueError, RecursionError, AttributeError, TypeError):
        return b"[tool.schemalint" in data  # it is ours to complain of


def repository_root(root: Path) -> Path:
    """The top of the repository that `root` is in; `root` itself where it is in none."""
    real = Path(os.path.realpath(root))
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), real)


def prefix(root: Path, base: Path) -> str:
    """What to put before a path relative to `root` to make it relative to `base`; empty if they are one.

    Where neither is within the other, that is the whole path of `root`.
    """
    top, start = os.path.realpath(root), os.path.realpath(base)
    if top == start:
        return ""
    if relative_to(top, start) is None and relative_to(start, top) is None:
        return f"{top.rstrip(os.sep).replace(os.sep, '/')}/"
    return os.path.relpath(top, start).replace(os.sep, "/") + "/"


def inside(folder: Path, root: Path) -> str:
    """A folder relative to the root, with a slash at its end; empty where it is the root or outside of it."""
    relative = relative_to(os.path.realpath(folder), os.path.realpath(root))
    return f"{relative}/" if relative else ""


def loader(root: Path, largest: int = LARGEST_FILE) -> Callable[[str], bytes]:
    """A function that gives the bytes of a file by its path relative to `root`.

    UnreadableFile for what is no regular file, larger than `largest` bytes, or behind a link out of the root;
    OSError for what the system refuses.
    """
    top = os.path.realpath(root)
    within: dict[str, bool] = {"": True}

    def is_inside(folder: str) -> bool:
        known = within.get(folder)
        if known is None:
            name, parent = os.path.join(top, folder), os.path.dirname(folder)
            plain = parent != folder and os.path.basename(folder) != ".." and is_inside(parent)
            known = plain and not os.path.islink(name)
            if not known:
                known = relative_to(os.path.realpath(name), top) is not None
            within[folder] = known
        return known

    def load(path: str) -> bytes:
        name = os.path.join(top, path)
        if not is_inside(os.path.dirname(path)) or (
            os.path.islink(name) and relative_to(os.path.realpath(name), top) is None
        ):
            raise UnreadableFile(path, "it is behind a link that leads out of the project")
        return read_bytes(Path(name), largest, shown_as=path)

    return load


def read_bytes(path: Path, largest: int = LARGEST_FILE, *, shown_as: str | None = None) -> bytes:
    """The content of a regular file.

    UnreadableFile for what is no regular file or larger; OSError for what the system refuses.
    """
    shown_as = os.fspath(path) if shown_as is None else shown_as
    # A named pipe without a writer would make an ordinary open wait for ever.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        descriptor = os.open(path, flags)
    except ValueError as error:  # a NUL in the name
        raise UnreadableFile(shown_as, str(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(shown_as, f"it is {_kind(status.st_mode)}")
        if status.st_size <= largest:
            data = _read(descriptor, largest + 1)
            if len(data) <= largest:
                return data
    finally:
        os.close(descriptor)
    raise UnreadableFile(shown_as, f"it is larger than {largest / 1_000_000:g} MB")


def _read(descriptor: int, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := os.read(descriptor, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts) if len(parts) != 1 else parts[0]


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def relative_to(path: str, top: str) -> str | None:
    """A real path relative to `top`, with forward slashes, and empty for `top`; None where it is outside."""
    if path == top:
        return ""
    prefix = top if top.endswith(os.sep) else top + os.sep
    if not path.startswith(prefix):
        return None
    relative = path[len(prefix) :]
    return relative if os.sep == "/" else relative.replace(os.sep, "/")
