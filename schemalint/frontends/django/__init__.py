"""Django: models as the declared side, migrations as the history."""

SUFFIXES: tuple[str, ...] = (".py",)
