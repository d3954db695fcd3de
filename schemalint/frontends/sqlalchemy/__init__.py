"""SQLAlchemy models, declarative or not, with SQLModel and Flask-SQLAlchemy."""

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (".ini",)
