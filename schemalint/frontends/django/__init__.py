"""Django: models as the declared side, migrations as the history."""

from schemalint.frontends.python_source import REQUIREMENTS

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = REQUIREMENTS
