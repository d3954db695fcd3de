"""Django: models as the declared side, migrations as the history."""

from schemalint.frontends.python_source import METADATA_OF_WHEEL, REQUIREMENTS

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (*REQUIREMENTS, METADATA_OF_WHEEL)
