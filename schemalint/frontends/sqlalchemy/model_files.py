"""Which files of a project may declare tables with SQLAlchemy, told by their words alone."""

from __future__ import annotations

import re
from posixpath import dirname

from schemalint.frontends.sqlalchemy_constructs.dialect_choice import is_test
from schemalint.source import Sources, UnreadableFile

_WORDS = (
    *(b"__tablename__", b"declarative_base", b"DeclarativeBase", b"SQLModel", b"mapped_column"),
    *(b"db.Model", b"listens_for", b"event.listen"),
)
_CALLS = {
    b"Table": re.compile(rb"\bTable\s*\("),
    b"Column": re.compile(rb"\bColumn\s*\("),
    b"Index": re.compile(rb"\bIndex\s*\("),
    b".Model": re.compile(rb"\.Model\s*\)"),
}
"""By a word of each, since looking for a word is many times as fast."""
_REVISION = re.compile(rb"^(?:down_revision|revision)\b", re.MULTILINE)


def model_files(sources: Sources) -> list[str]:
    """The files that may declare tables; a project that never speaks of SQLAlchemy has none."""
    found = []
    speaks = False
    environments = [
        dirname(path) + "/" for path in sources.ending("/env.py") if path.rpartition("/")[2] == "env.py"
    ]
    for path in sources.ending(".py"):
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        speaks = speaks or b"sqlalchemy" in data or b"sqlmodel" in data
        if path.endswith("env.py") or is_test(path, sources):
            continue
        if declares(data) and not _REVISION.search(data):
            found.append(path)
    if not speaks:
        return []
    # what lies within an environment is there for its revisions: models as they were
    return [path for path in found if not path.startswith(tuple(environments))] or found


def declares(data: bytes) -> bool:
    """Whether a file may declare tables, or something of them."""
    return any(word in data for word in _WORDS) or any(
        word in data and call.search(data) is not None for word, call in _CALLS.items()
    )
