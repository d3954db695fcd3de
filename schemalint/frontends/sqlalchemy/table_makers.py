"""Libraries that make tables of a program's models by themselves, which no file of the program declares."""

from __future__ import annotations

from schemalint.frontends.sqlalchemy_constructs.dialect_choice import is_test
from schemalint.operations import Opaque
from schemalint.source import Sources, Span, UnreadableFile

_MAKERS = {
    b"sqlalchemy_continuum": "the version tables that SQLAlchemy-Continuum makes",
    b"sqlalchemy_history": "the version tables that SQLAlchemy-History makes",
    b"sqlalchemy_i18n": "the tables of translations that SQLAlchemy-i18n makes",
    b"postgresql_audit": "the tables of activities that PostgreSQL-Audit makes",
    b"temporal_sqlalchemy": "the history tables that temporal-sqlalchemy makes",
    b"ziggurat_foundations": "the tables of Ziggurat-Foundations",
    b"FsModels": "the table of roles that Flask-Security makes",
}
"""By a name that the program must import, what each makes when the program's classes are mapped."""


def table_makers(sources: Sources) -> list[Opaque]:
    """What cannot be told of the tables that such libraries make, at the import of each."""
    found: dict[bytes, Opaque] = {}
    for path in sources.ending(".py"):
        if len(found) == len(_MAKERS):
            break
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        for name, reason in _MAKERS.items():
            if name in found or name not in data or is_test(path, sources):
                continue
            start = data.decode("utf-8", "replace").find(name.decode())
            found[name] = Opaque(reason=reason, span=Span(path, start, start + len(name)))
    return list(found.values())
